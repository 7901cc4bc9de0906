from . import insurance_settlement_left_out
from . import insurance_settlement_decide
from . import insurance_settlement_explain
from . import insurance_settlement_export
from . import insurance_diversion_close
