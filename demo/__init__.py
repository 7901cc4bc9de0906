from . import insurance_demo
