from . import insurance_export
from . import insurance_register_reopen
