from . import insurance_ledger_follow_up
from . import insurance_ledger_follow_up_line
from . import insurance_ledger_unsign
from . import insurance_approval_request
from . import insurance_approval_refuse
from . import insurance_proposal_decline
from . import insurance_proposal_sign
from . import insurance_archive_document_reason
