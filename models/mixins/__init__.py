from . import insurance_guard
from . import insurance_numbered
