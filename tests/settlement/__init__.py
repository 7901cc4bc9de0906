from . import test_import_statement_fixture
from . import test_insurance_settlement
from . import test_insurance_settlement_flow
from . import test_insurance_settlement_money
from . import test_insurance_settlement_print
from . import test_insurance_settlement_three_way
from . import test_insurance_settlement_tour
