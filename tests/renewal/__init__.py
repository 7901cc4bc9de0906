from . import test_import_renewal
from . import test_import_renewal_fixture
from . import test_register_export
from . import test_renewal_tour
