from . import res_company
from . import insurance_register
from . import insurance_renewal
from . import insurance_renewal_contact
from . import insurance_renewal_contact_review
from . import fleet_vehicle
