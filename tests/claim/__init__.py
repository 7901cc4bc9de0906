from . import test_insurance_claim_access
from . import test_insurance_claim_close
from . import test_insurance_claim_document
from . import test_insurance_claim_exit
from . import test_insurance_claim_flow
from . import test_insurance_claim_money
from . import test_insurance_claim_tour
