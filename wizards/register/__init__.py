from . import insurance_register_reopen
