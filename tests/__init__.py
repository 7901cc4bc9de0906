from .lib import *
from .masterdata import *
from .register import *
from .renewal import *
