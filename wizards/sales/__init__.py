from . import insurance_delivery_return
