from . import insurance_demo
from . import insurance_demo_ledger
