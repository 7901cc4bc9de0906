from . import register
from . import renewal
