from . import test_accident
from . import test_insurance_lost_visit
from . import test_insurance_lost_visit_access
