from . import insurance_demo  # later ones play after earlier ones: what a month close freezes comes before it
from . import insurance_demo_accident
from . import insurance_demo_visit
from . import insurance_demo_ledger
from . import insurance_demo_proposal
from . import insurance_demo_renewal
from . import insurance_demo_sales
from . import insurance_demo_settlement
from . import insurance_demo_statement
from . import insurance_demo_diversion
from . import insurance_demo_claim
from . import insurance_demo_claim_money
from . import insurance_demo_claim_office
