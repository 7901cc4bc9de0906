{
    'name': "Dealer Insurance",
    'summary': "Renewal desk of a car dealership: cases, follow-up register, weekly signed review",
    'version': '19.0.2.0.0',
    'category': 'Sales/Insurance',
    'author': "Dealer Insurance contributors",
    'license': 'LGPL-3',
    'application': True,
    'depends': [
        'fleet',
        'account',
    ],
    'data': [
        # Roles first: everything refers to them
        'security/res_groups.xml',
        'security/ir.model.access.csv',
        'security/register.xml',
        'security/masterdata.xml',
        'security/renewal.xml',
        # Master data
        'data/res_partner_insurer_data.xml',
        'data/insurance_reason_data.xml',
        'data/insurance_reason_underwriting_data.xml',
        'data/insurance_register_check_data.xml',
        'data/insurance_import_field_renewal_data.xml',
        'data/mail_activity_type_data.xml',
        'data/ir_cron_data.xml',
        # Screens, by room
        'views/register/insurance_register_page_views.xml',
        'views/register/insurance_register_views.xml',
        'views/register/insurance_register_finding_views.xml',
        'views/register/insurance_register_check_views.xml',
        'views/masterdata/insurance_reason_views.xml',
        'views/masterdata/insurance_insurer_agreement_views.xml',
        'views/masterdata/res_partner_views.xml',
        'views/masterdata/fleet_vehicle_views.xml',
        'views/masterdata/insurance_import_views.xml',
        'views/masterdata/res_company_views.xml',
        'views/renewal/insurance_renewal_views.xml',
        'views/renewal/insurance_renewal_contact_views.xml',
        'views/renewal/insurance_register_export_views.xml',
        # Prints, by room
        'reports/register/insurance_register_reports.xml',
        'reports/register/insurance_register_page_templates.xml',
        'reports/register/insurance_register_integrity_templates.xml',
        # Menus last: they refer to the actions above
        'views/menus.xml',
    ],
    'demo': [
        'demo/insurance_demo.xml',
    ],
    'assets': {
        'web.assets_backend': ['dealer_insurance/static/src/**/*'],
        'web.assets_tests': ['dealer_insurance/static/tests/tours/**/*'],
    },
    'pre_init_hook': 'pre_init_hook',
    'cloc_exclude': ['tools/**/*', 'docs/**/*'],
}
