from . import test_insurance_kpi_contact
from . import test_insurance_kpi_renewal
from . import test_insurance_kpi_lost
