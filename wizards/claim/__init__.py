from . import insurance_claim_reason
