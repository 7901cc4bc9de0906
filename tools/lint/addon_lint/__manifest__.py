{
    'name': "Odoo's own linters, on one addon",
    'version': '19.0.1.0.0',
    'author': "Dealer Insurance contributors",
    'license': 'LGPL-3',
    'depends': ['test_lint', 'sale', 'dealer_insurance'],
}
