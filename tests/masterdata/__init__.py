from . import test_fleet_vehicle
from . import test_hooks
from . import test_import_columns
from . import test_import_files
from . import test_insurance_insurer_agreement
from . import test_insurance_reason
from . import test_personal_data
from . import test_res_company
