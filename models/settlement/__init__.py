"""What insurers state and pay, checked line by line; policies that may have been diverted."""
from . import insurance_settlement
from . import insurance_settlement_line
