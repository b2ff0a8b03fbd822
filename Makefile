.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin

help:    ## this list
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed 's/:.*## */\t/' | expand -t 12

demo: $(BIN)/guantong          ## hand the sample speech to an invented district, do a year of work, serve it on port 8000
	@$(BIN)/guantong demo

serve: $(BIN)/guantong         ## serve the database that the environment names
	@$(BIN)/guantong serve

test: .venv/dev                ## all tests, the browser's among them
	@$(BIN)/pytest -n 2

check: .venv/dev               ## everything CI runs: lint, types, import contracts, tests on both databases
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/pytest -n 2
	@$(BIN)/python -m tests.postgres $(BIN)/pytest -n 2 tests/apps tests/web tests/demo tests/jobs tests/matrix

trust: .venv/dev               ## who may do what: every address, method, person and place against tests/matrix/oracle.txt
	@$(BIN)/pytest -m trust tests/matrix

bench: .venv/dev               ## reading, issuing, pages, measures, the tree and import, each against a yardstick measured in the same run
	@$(BIN)/python bench/read.py
	@$(BIN)/python bench/issue.py
	@$(BIN)/python bench/pages.py
	@$(BIN)/python bench/measures.py
	@$(BIN)/python bench/tree.py
	@$(BIN)/python bench/intake.py

lock:                          ## write the lock files anew (needs uv); no index address gets in
	@uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header pyproject.toml requirements-build.in -o requirements.lock
	@uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --extra dev pyproject.toml requirements-build.in -o requirements-dev.lock

# One environment from the locks alone, with or without python3-venv's ensurepip on the machine.
.venv/bin/python:
	@$(PYTHON) -m venv --without-pip .venv

$(BIN)/guantong: .venv/bin/python requirements.lock pyproject.toml
	@$(PYTHON) -m pip --python $(BIN)/python install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(PYTHON) -m pip --python $(BIN)/python install -q --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

.venv/dev: $(BIN)/guantong requirements-dev.lock
	@$(PYTHON) -m pip --python $(BIN)/python install -q --disable-pip-version-check --no-build-isolation --use-pep517 --require-hashes -r requirements-dev.lock
	@touch $@

.PHONY: help demo serve test check trust bench lock
