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
from . import fleet_vehicle
