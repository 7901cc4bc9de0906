from . import test_import_delivery
from . import test_import_delivery_fixture
