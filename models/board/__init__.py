"""KPI definitions, boards, month close: the room on top of all others."""

from . import res_company
from . import insurance_kpi
from . import insurance_kpi_lost
from . import insurance_kpi_cohort
from . import insurance_kpi_renewal
from . import insurance_kpi_visit
from . import insurance_kpi_target
from . import insurance_kpi_expected
from . import insurance_kpi_contact
from . import insurance_month_close
from . import insurance_kpi_value
from . import insurance_renewal_target
from . import insurance_renewal_target_proposal
from . import insurance_renewal_target_board
from . import insurance_renewal_target_wall
from . import insurance_renewal_target_print
from . import insurance_renewal_gap
