# Development of the addon: every command sets up what it lacks (Odoo 19, Python packages, PostgreSQL) by itself.
.DEFAULT_GOAL := help
KIT = tools/kit

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 16
	@echo
	@echo 'ARGS="..." goes to Odoo: make test ARGS="--test-tags /dealer_insurance:TestX" (or TAGS=/dealer_insurance:TestX).'
	@echo 'ODOO_SRC: an Odoo 19 source to use. PGHOST, PGUSER: a PostgreSQL server to use. KIT_CACHE, KIT_PORT, PYTHON,'
	@echo 'COVERAGE=1 (report the coverage of the tests), KIT_JOBS (how many test processes; one per core, 4 at most).'

demo: ## Odoo with this addon and its demo data at http://localhost:8069
	@$(KIT) demo $(ARGS)

test: ## all tests; the last line is "N passed, N failed"
	@$(KIT) test $(if $(TAGS),--test-tags $(TAGS)) $(ARGS)

lint: ## ruff, pylint-odoo, Odoo's own linters, translations, demo data
	@$(KIT) lint

po: ## write i18n/dealer_insurance.pot, bring i18n/zh_CN.po in line with it
	@$(KIT) po $(ARGS)

bench: ## run the scripts of tools/bench
	@$(KIT) bench

shell: ## Odoo shell in the demo database
	@$(KIT) shell $(ARGS)

psql: ## psql in the demo database
	@$(KIT) psql $(ARGS)

stop: ## stop the server of make demo, and PostgreSQL
	@$(KIT) stop

clean: ## remove everything that was set up, databases included
	@$(KIT) clean

.PHONY: help demo test lint po bench shell psql stop clean
