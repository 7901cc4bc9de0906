"""The accident desk: reports on the hotline, the return of the car, cars that came and left."""
from . import insurance_reason_visit
from . import res_company_visit
from . import insurance_register_lost_visit
from . import insurance_lost_visit
from . import insurance_lost_visit_contact
from . import insurance_lost_visit_gate
from . import insurance_lost_visit_flow
from . import insurance_lost_visit_privacy
from . import insurance_lost_visit_review
from . import insurance_lost_visit_print
from . import fleet_vehicle_lost_visit
