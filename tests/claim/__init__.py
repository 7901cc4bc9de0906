from . import test_insurance_claim_close
from . import test_insurance_claim_flow
from . import test_insurance_claim_money
