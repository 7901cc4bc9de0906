from . import insurance_identity_reveal
