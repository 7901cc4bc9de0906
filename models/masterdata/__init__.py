from . import res_company
from . import res_partner
from . import insurance_access_log
from . import insurance_reason
from . import insurance_insurer_agreement
from . import insurance_vehicle_plate
from . import insurance_vehicle_owner
from . import fleet_vehicle
