"""What insurers state and pay, checked line by line; policies that may have been diverted."""
from . import insurance_settlement
from . import insurance_settlement_line
from . import insurance_import
from . import insurance_import_statement
from . import insurance_import_statement_apply
from . import insurance_insurer_agreement
from . import insurance_statement
from . import insurance_statement_line
from . import insurance_statement_line_handle
from . import insurance_statement_match
from . import insurance_statement_missing
