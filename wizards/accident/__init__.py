from . import insurance_accident_analysis
