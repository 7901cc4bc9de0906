from . import test_import_delivery
from . import test_import_delivery_fixture
from . import test_insurance_coaching
from . import test_insurance_commendation
from . import test_insurance_delivery
from . import test_insurance_delivery_status
from . import test_insurance_delivery_tour
