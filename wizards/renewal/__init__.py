from . import insurance_register_export
from . import insurance_renewal_assign
from . import insurance_renewal_leave
from . import insurance_renewal_report_receive
from . import insurance_renewal_analysis
from . import insurance_renewal_analysis_tables
from . import insurance_training_gather
from . import insurance_renewal_target_revise
