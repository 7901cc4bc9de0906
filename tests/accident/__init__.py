from . import test_accident
