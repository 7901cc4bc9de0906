from . import mixins
from . import register
from . import masterdata
from . import underwriting
from . import sales
from . import renewal
from . import settlement
from . import board
