"""KPI definitions, boards, month close: the room on top of all others."""

from . import insurance_kpi
from . import insurance_kpi_contact
from . import insurance_renewal_target
