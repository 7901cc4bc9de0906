{
    'name': "Dealer Insurance",
    'summary': "Renewals, underwriting, accidents and claims of a dealership's insurance desk",
    'version': '19.0.1.0.0',
    'category': 'Sales/Insurance',
    'author': "Dealer Insurance contributors",
    'license': 'LGPL-3',
    'application': True,
    'depends': [
        'fleet',
        'account',
    ],
    'data': [
    ],
    'cloc_exclude': ['tools/**/*', 'docs/**/*'],
}
