# make lab         open the course           make check-fast  the quick ones of the checks
# make test        prove the course          make notebooks   run the notebooks again and store their outputs
# make bench       measure what watching, and a channel, costs     make exercises  write the exercise notebooks and run them
# make release     pack the course for a class, without the solutions
# make blind       check answers that no grader was written for (twenty minutes)
# make site        the course as pages for the web, in build/site      make slides      its lessons as slides, in build/slides
# make instructors writes docs/instructors: the clock, and a page per lesson      make hub    a server for the room
# make hosts       lesson 15 on four hosts, a killed worker, a cut cable (root on Linux; two minutes)
# make standard-suite   CPython's own tests of multiprocessing, in observed blocks (METHOD=spawn; two minutes)
# make soak        the long run: nothing grows, nothing is lost, nothing is left, no lesson seems stuck (half an hour and more)
#
# PYTHON=python3.13 make test    picks another interpreter.
# No make? docs/start.md says what to type instead.

PYTHON ?= python3
LAB_FLAGS ?=

ifeq ($(OS),Windows_NT)
VENV_PYTHON := .venv/Scripts/python.exe
else
VENV_PYTHON := .venv/bin/python
endif

.PHONY: help lab test test-engine standard-suite check-fast notebooks exercises release bench blind hosts soak site slides instructors hub environment environment-test environment-site

help:
	@sed -n '1,12s/^# *//p' Makefile

lab: environment
	@$(VENV_PYTHON) tools/lab.py $(LAB_FLAGS)

test: environment-test
	@$(VENV_PYTHON) tools/check.py

test-engine: environment-test
	@$(VENV_PYTHON) tools/test_engine.py

check-fast: environment-test
	@$(VENV_PYTHON) tools/check.py --fast

notebooks: environment-test
	@$(VENV_PYTHON) tools/execute_notebooks.py $(NAMES)

exercises: environment-test
	@$(VENV_PYTHON) tools/make_exercises.py
	@$(VENV_PYTHON) tools/execute_notebooks.py --folder notebooks/exercises $(NAMES)

release: environment
	@$(VENV_PYTHON) tools/release.py

bench: environment
	@$(VENV_PYTHON) engine/bench/bench.py
	@$(VENV_PYTHON) -m ipc_helpers.bench

blind: environment-test
	@IPC_BLIND=1 $(VENV_PYTHON) -m pytest -n 4 tests/test_blind_answers.py

hosts: environment-test
	@IPC_HOSTS=1 $(VENV_PYTHON) -m pytest -rA tests/test_hosts.py

standard-suite: environment-test
	@$(VENV_PYTHON) engine/bench/standard_suite.py $(METHOD)

soak: environment-test
	@$(VENV_PYTHON) engine/bench/soak.py $(PARTS)
ifeq ($(PARTS),)
	@IPC_RUNS=20 $(VENV_PYTHON) -m pytest tests/test_notebook_programs.py -k seems_stuck
endif

site: environment-site
	@$(VENV_PYTHON) tools/make_site.py

slides: environment-site
	@$(VENV_PYTHON) tools/make_slides.py $(NAMES)

instructors: environment
	@$(VENV_PYTHON) tools/make_instructors.py

hub: interpreter
	@$(PYTHON) tools/bootstrap.py --hub
	@$(VENV_PYTHON) tools/hub.py $(HUB_FLAGS)

environment: interpreter
	@$(PYTHON) tools/bootstrap.py

environment-test: interpreter
	@$(PYTHON) tools/bootstrap.py --test $(if $(CI),--site)

environment-site: interpreter
	@$(PYTHON) tools/bootstrap.py --site

.PHONY: interpreter
interpreter:
	@$(PYTHON) -c pass 2>/dev/null || { \
	echo "No interpreter '$(PYTHON)' runs here: install Python 3.11 or newer, or name one: PYTHON=python3.13 make lab" >&2; \
	exit 1; }
