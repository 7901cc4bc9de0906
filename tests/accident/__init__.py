from . import test_accident
from . import test_accident_clock
from . import test_accident_duplicate
from . import test_accident_hotline
from . import test_accident_review
from . import test_import_accident_fixture
from . import test_insurance_lost_visit
from . import test_insurance_lost_visit_access
