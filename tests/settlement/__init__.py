from . import test_import_statement_fixture
from . import test_insurance_settlement
from . import test_insurance_settlement_flow
