from . import claim
from . import masterdata
from . import register
from . import renewal
from . import accident
from . import sales
from . import settlement
from . import underwriting
