from . import insurance_accident_analysis
from . import insurance_accident_merge
