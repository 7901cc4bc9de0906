from . import underwriting
