from .board import *
from .lib import *
from .masterdata import *
from .register import *
from .renewal import *
from .underwriting import *
from . import test_access_rights
from . import test_back_doors
