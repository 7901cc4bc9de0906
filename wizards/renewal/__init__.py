from . import insurance_register_export
from . import insurance_renewal_assign
