from . import insurance_guard
