"""The accident desk: reports on the hotline, the return of the car, cars that came and left."""

from . import res_company
from . import insurance_register
from . import insurance_reason
from . import insurance_accident
from . import insurance_accident_contact
from . import insurance_accident_outcome
from . import insurance_accident_clock
from . import insurance_accident_log
from . import insurance_accident_return
from . import insurance_accident_lookup
from . import insurance_accident_duplicate
from . import insurance_accident_facts
from . import insurance_accident_response
from . import insurance_accident_review
from . import insurance_accident_print
from . import insurance_accident_diversion
from . import insurance_accident_hotline
from . import insurance_import
from . import insurance_import_accident
from . import insurance_import_accident_apply
from . import fleet_vehicle
from . import fleet_vehicle_fragment
from . import insurance_vehicle_plate
