from . import insurance_renewal_assign
