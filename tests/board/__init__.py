from . import test_insurance_kpi_contact
from . import test_insurance_kpi_renewal
