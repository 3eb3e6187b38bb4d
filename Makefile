# Everything there is to run. `make` alone lists it.
# Stamps in .venv remember which pins are installed, so that a second `make run` starts at once.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help install run test check format bench clean chromium

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/run.stamp  ## make .venv with what the program needs, pinned

run: install  ## serve the web chat at http://127.0.0.1:8080/ and the console at /console
	@$(BIN)/python -m bot run

test: .venv/test.stamp chromium  ## run the whole test suite
	@$(BIN)/python -m pytest -n 3 --dist worksteal

check: .venv/test.stamp  ## format, lint, types, import contracts, knowledge base
	@$(BIN)/ruff format --check
	@$(BIN)/ruff check
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python -m bot kb check

format: .venv/test.stamp  ## format the code and mend what ruff can mend
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

bench: .venv/test.stamp  ## measure speed and throughput
	@$(BIN)/python -m benchmarks

clean:  ## remove .venv and caches; data under var/ stays
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "XongViệc needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 …" >&2; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "XongViệc needs Python 3.11 or newer; $(PYTHON) is not" >&2; exit 1; }
	@echo "Making .venv with $(PYTHON) …"
	@"$(PYTHON)" -m venv .venv

.venv/run.stamp: requirements/run.txt pyproject.toml | .venv/bin/python
	@echo "Installing pinned dependencies …"
	@$(PIP) install --require-hashes --requirement requirements/run.txt
	@$(PIP) install --no-index --no-deps --no-build-isolation --editable .
	@touch $@

# The page is tested in a real browser where one can be had; without it those tests skip and say so.
chromium:
	@command -v chromium chromium-browser google-chrome >/dev/null || ! command -v apt-get >/dev/null || test "$$(id -u)" != 0 || \
		{ echo "Installing Chromium for the browser tests …"; apt-get update -qq && apt-get install -y -qq chromium; } >/dev/null || true

.venv/test.stamp: requirements/test.txt .venv/run.stamp
	@echo "Installing pinned test dependencies …"
	@$(PIP) install --require-hashes --requirement requirements/test.txt
	@touch $@
