from . import insurance_demo
from . import insurance_demo_ledger
from . import insurance_demo_proposal
from . import insurance_demo_renewal
from . import insurance_demo_sales
from . import insurance_demo_settlement
from . import insurance_demo_claim
from . import insurance_demo_claim_money
