from . import test_import_statement_fixture
