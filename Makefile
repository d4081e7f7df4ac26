# Two commands: `make demo` shows it, `make test` proves it. Both set up what they need (Python 3.11, git and make).
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3.11
PARTIES := protocol service keys matcher clients enrollment demo
BIN := .venv/bin
UV := $(shell command -v uv 2>/dev/null || echo $(BIN)/uv)
READY := .venv/ready
# What the pages send along, and the browser that tests look at them with.
ASSETS := enrollment/obacht_enrollment/pages/static/manifest.json
WEB := $(wildcard enrollment/web/*.* enrollment/web/src/*) enrollment/hatch_build.py
BROWSER := .venv/browser/ready
# A file's tests stay together, because they share what takes long to set up.
PYTEST := $(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder
export PYTHONDONTWRITEBYTECODE :=
export UV_PYTHON_DOWNLOADS := never

.PHONY: help install demo test test-slow coverage check format pictures bench lock vectors clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

install: $(READY) $(ASSETS) $(BROWSER) ## set up .venv with every party, editable

$(READY): requirements.lock $(PARTIES:%=%/pyproject.toml)
	@command -v $(PYTHON) >/dev/null || { echo "Obacht needs Python 3.11 ($(PYTHON) was not found; name another with PYTHON=...)."; exit 1; }
	$(PYTHON) -m venv --clear .venv
	@if ! command -v uv >/dev/null; then \
	  sed -n '/^uv==/,/[^\\]$$/p' requirements.lock > .venv/uv.txt && \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.txt; fi
	VIRTUAL_ENV=.venv $(UV) pip install --quiet --require-hashes -r requirements.lock
	VIRTUAL_ENV=.venv $(UV) pip install --quiet --no-deps --no-build-isolation $(PARTIES:%=-e ./%)
	@touch $(READY)

$(ASSETS): $(READY) $(WEB)
	$(BIN)/python enrollment/hatch_build.py
	@touch $@

$(BROWSER): $(READY) tests/browser/package-lock.json tests/browser/install.py
	$(BIN)/python tests/browser/install.py
	@touch $@

demo: $(READY) $(ASSETS) ## a whole deployment with invented people; ONCE=1 ends after the answers
	$(BIN)/obacht-demo $(if $(ONCE),--once) $(if $(LANGUAGE),--language $(LANGUAGE))

test: $(READY) $(ASSETS) $(BROWSER) ## the tests (under ten minutes)
	rm -f .coverage .coverage.*
	$(PYTEST) --cov=obacht_protocol --cov-report=term --cov-fail-under=100 tests/protocol
	$(PYTEST) -m "not slow" --ignore tests/protocol tests

test-slow: $(READY) $(ASSETS) $(BROWSER) ## long fault and fuzz runs
	$(PYTEST) -m slow --timeout 900 tests

coverage: $(READY) $(ASSETS) $(BROWSER) ## the tests again, and which lines of each party no test reaches
	rm -f .coverage .coverage.*
	$(PYTEST) -m "not slow" $(PARTIES:%=--cov=obacht_%) --cov-report=term-missing tests

check: $(READY) ## format, lint, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy $(foreach p,$(PARTIES),-p obacht_$(p))
	$(BIN)/mypy tests
	$(BIN)/lint-imports --no-cache

format: $(READY) ## put the code into its form
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

pictures: $(READY) $(ASSETS) $(BROWSER) ## take the README's pictures anew
	OBACHT_PICTURES=$(CURDIR)/docs/pictures $(BIN)/python -m pytest tests/browser/test_report_to_objection.py

bench: $(READY) $(ASSETS) ## measure, print, and write docs/performance.md
	cd tests && ../$(BIN)/python -m bench.run

vectors: $(READY) ## make tests/vectors/*.json anew
	cd tests && ../$(BIN)/python -m vectors.generate

lock: $(READY) ## choose versions anew: requirements.lock
	$(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade \
	  $(PARTIES:%=--no-emit-package obacht-%) --output-file requirements.lock \
	  --group dev $(PARTIES:%=%/pyproject.toml)

clean: ## remove what was made
	rm -rf .venv var enrollment/web/node_modules $(dir $(ASSETS)) .mypy_cache .ruff_cache .hypothesis .coverage*
