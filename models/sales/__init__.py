"""New cars handed over, sales targets, praise and coaching."""

from . import res_company
from . import insurance_sales_team
from . import insurance_delivery
from . import insurance_delivery_facts
from . import insurance_new_car_report
from . import insurance_delivery_flow
from . import insurance_delivery_status
from . import insurance_delivery_sale
from . import fleet_vehicle_delivery
from . import insurance_sales_target
from . import insurance_proposal_facts
from . import insurance_import
from . import insurance_import_delivery
from . import insurance_import_delivery_apply
from . import res_company_praise
from . import insurance_commendation
from . import insurance_coaching
