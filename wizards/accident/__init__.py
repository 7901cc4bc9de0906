from . import insurance_accident_analysis
from . import insurance_accident_merge
from . import insurance_register_export
