from . import test_insurance_kpi_contact
from . import test_insurance_kpi_lost
from . import test_insurance_kpi_renewal
from . import test_insurance_month_close
from . import test_insurance_renewal_board
from . import test_insurance_renewal_target
from . import test_renewal_board_tour
