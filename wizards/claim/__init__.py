from . import insurance_claim_reason
from . import insurance_claim_export
from . import insurance_claim_referral
