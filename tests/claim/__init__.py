from . import test_insurance_claim_flow
