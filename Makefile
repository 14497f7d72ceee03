# Every target works alone on a fresh checkout: it makes .venv, installs what it needs and runs. Needed beforehand: make, git and
# Python 3.11 or 3.12 with its venv module. As root on Debian or Ubuntu, missing system packages are installed; otherwise named.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help demo test test-services faults quality courses bench differential fuzz fuzz-api lanes screenshots translations clean

PY := .venv/bin/python
# Programs that wheels bring (node, digiskills) lie in .venv/bin.
RUN := PATH="$(CURDIR)/.venv/bin:$$PATH"
REPORTS := var/reports
# Tests run side by side, one worker a core; four at most, because each may have a browser open. A file stays with one worker: what
# is costly to set up (a demo, a browser, a built course) is set up once for all tests of the file.
SPREAD := --numprocesses=auto --maxprocesses=4 --dist=loadfile
N ?= 5000
export PYTHON

help: ## This help
	@echo "digiskills-xblock: make TARGET"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "Variables: PYTHON=python3.12 (interpreter of a new .venv), CHROMIUM=..., NODE=..., PYTEST_ARGS='-k name'"

demo: ## The journey of one learner from nothing, then a running demo on http://127.0.0.1:8000 (ONCE=1: only the journey)
	@sh tools/venv.sh demo
	$(RUN) $(PY) demo/manage.py journey
ifneq ($(ONCE),1)
	$(RUN) $(PY) demo/manage.py serve
endif

test: ## Unit, property, contract, workbench, Django (SQLite) and browser tests
	@sh tools/venv.sh test
	@$(PY) -m tools.system browser
	@mkdir -p $(REPORTS)
	$(RUN) $(PY) -m pytest $(SPREAD) --junitxml=$(REPORTS)/test.xml $(PYTEST_ARGS)

test-services: ## Races, migrations and grading's tests against a private MariaDB and Redis, started and removed here
	@sh tools/venv.sh demo
	@$(PY) -m tools.system services node
	@sh tools/venv.sh services
	@mkdir -p $(REPORTS)
	$(RUN) $(PY) -m tools.services $(PY) -m pytest $(SPREAD) --junitxml=$(REPORTS)/test-services.xml tests/services tests/grading \
		--ignore=tests/grading/simulator --ignore=tests/grading/scoring $(PYTEST_ARGS)

faults: ## Kill workers and break a registry's answers on a private MariaDB; nothing may be lost, doubled or out of order
	@sh tools/venv.sh demo
	@$(PY) -m tools.system services
	@sh tools/venv.sh services
	$(RUN) $(PY) -m tools.faults

quality: ## Lint, format, types, imports, migrations, translations, personal data, sizes, wheel
	@sh tools/venv.sh quality
	@mkdir -p $(REPORTS)
	$(RUN) $(PY) -m tools.quality

courses: ## Build the courses of all audiences and school levels, vi and en, into var/courses; build them again and compare
	@sh tools/venv.sh demo
	$(RUN) PYTHONHASHSEED=1 digiskills course all --out var/courses
	$(RUN) PYTHONHASHSEED=2 digiskills course all --out var/courses --check

bench: ## Measure render, submit, replay and page weight; rewrites benchmarks/RESULTS.md
	@sh tools/venv.sh bench
	@$(PY) -m tools.system browser
	@$(PY) -m tools.system services node
	@sh tools/venv.sh services
	$(RUN) $(PY) -m benchmarks

differential: ## Compare the Python and the JavaScript engine on N random pairs (N=5000)
	@sh tools/venv.sh test
	@$(PY) -m tools.system node
	$(RUN) DIGISKILLS_DIFFERENTIAL_N=$(N) $(PY) -m pytest tests/contract/simulator/test_differential.py $(PYTEST_ARGS)

fuzz: ## Send N broken, twisted and invented requests to every handler (N=5000)
	@sh tools/venv.sh test
	$(RUN) DIGISKILLS_FUZZ_N=$(N) $(PY) -m pytest tests/digiskills_xblock/test_fuzz.py $(PYTEST_ARGS)

fuzz-api: ## Throw N requests an operation and account at the REST API (N=200)
	@sh tools/venv.sh test
	$(RUN) DIGISKILLS_FUZZ_N=$(if $(filter file,$(origin N)),200,$(N)) $(PY) -m pytest tests/openapi/test_fuzz.py $(PYTEST_ARGS)

lanes: ## The lanes of tox.ini: both Pythons, Django 4.2 and 5.2, the pins of Teak and Verawood (LANE=name: only one)
	@sh tools/venv.sh lanes
	@$(PY) -m tools.system node
	@mkdir -p $(REPORTS)
	@sh tools/lanes.sh $(LANE)

screenshots: ## A contact sheet of what learners see: var/screenshots/index.html
	@sh tools/venv.sh test
	@$(PY) -m tools.system browser
	$(RUN) $(PY) -m tools.screenshots

translations: ## Add new texts to the catalogues and compile them
	@sh tools/venv.sh quality
	$(PY) -m tools.translations --update

clean: ## Remove .venv, .tox and everything built or measured here
	rm -rf .venv .tox .cache .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache build dist var *.egg-info
