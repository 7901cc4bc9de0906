from . import proposal_portal
