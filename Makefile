# Two verbs for a day: `make run` and `make test`. Each makes its own environment from the lock files.
PYTHON ?= python3
PIP := .venv/bin/python -m pip --disable-pip-version-check --quiet
PROJECT := $(PIP) install --no-deps --no-build-isolation --editable .

.DEFAULT_GOAL := run
.PHONY: run test setup semantic browser format lock schema clean

run: .venv/run.stamp
	@.venv/bin/trucban run

# Formatter, linter, strict types, import contracts, content, tests: stops at the first that fails.
test: setup browser
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports
	.venv/bin/trucban check
	.venv/bin/python -m pytest

setup: .venv/dev.stamp

# The tests look at the page in Debian's Chromium.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Installing Chromium and fonts for the tests …"; \
	    { apt-get install -y -qq chromium fonts-noto-core || { apt-get update -qq && apt-get install -y -qq chromium fonts-noto-core; }; } >/dev/null; \
	  else \
	    echo "The tests need Chromium. As root: apt-get install -y chromium fonts-noto-core"; exit 1; \
	  fi; }

# The optional second opinion on unclear questions; switched on by SEMANTIC=1.
semantic: .venv/run.stamp
	$(PIP) install --require-hashes --requirement requirements-semantic.lock

format: setup
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

# The editors' JSON Schemas; a test fails when they are stale.
schema: setup
	.venv/bin/trucban schema docs/schema

# Needs `uv` (pip install uv). Names no index; hashes for every platform.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-header --no-annotate pyproject.toml --extra build
lock:
	$(LOCK) --output-file requirements.lock
	$(LOCK) --extra semantic --output-file requirements-semantic.lock
	$(LOCK) --extra semantic --extra test --extra bench --output-file requirements-dev.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Trực Ban needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo "Python has no venv here. On Debian, as root: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/run.stamp: requirements.lock pyproject.toml | .venv/bin/python
	@echo "Setting up (once, about a minute) …"
	$(PIP) install --require-hashes --requirement requirements.lock
	$(PROJECT)
	@touch $@

.venv/dev.stamp: requirements-dev.lock pyproject.toml | .venv/bin/python
	@echo "Setting up for development (once, about two minutes) …"
	$(PIP) install --require-hashes --requirement requirements-dev.lock
	$(PROJECT)
	@touch .venv/run.stamp $@
