from . import insurance_accident_merge
