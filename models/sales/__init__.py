"""New cars handed over, sales targets, praise and coaching."""

from . import insurance_sales_target
