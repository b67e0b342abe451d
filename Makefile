# make reports   build the report of the five articles from their features
# make test      style, types, layers, tests
# make bench     measure speed beside other libraries (some 15 minutes); writes docs/speed.*
# make lab       open JupyterLab on the notebooks
# Each makes .venv first if it is missing. Needs python3 (3.11 or newer) and make, nothing else.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready

.PHONY: reports test bench lab clean

reports: $(READY)
	@echo "==> building the report"
	@$(BIN)/textlens report seeds --out reports --lock requirements.lock

test: $(READY)
	@echo "==> style"
	@$(BIN)/ruff check -q .
	@$(BIN)/ruff format -q --check .
	@echo "==> types"
	@$(BIN)/mypy --no-error-summary
	@echo "==> layers"
	@$(BIN)/lint-imports --no-logo > .venv/layers.txt 2>&1 || { cat .venv/layers.txt; exit 1; }
	@echo "==> tests"
	@$(BIN)/coverage run -m pytest
	@$(BIN)/coverage report --skip-covered --fail-under=90

bench: $(READY)
	@echo "==> measuring speed"
	@$(BIN)/python benchmarks/speed.py --out docs

lab: $(READY)
	@echo "==> opening JupyterLab"
	@$(BIN)/jupyter lab notebooks

$(READY): requirements.lock setup.cfg pyproject.toml
	@command -v $(firstword $(PYTHON)) > /dev/null || { echo "$(PYTHON) is not there; install Python 3.11 or newer"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "textlens needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V). Name another: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || \
	  { echo "Python's venv is missing. On Debian or Ubuntu install it with: apt install python3-venv"; exit 1; }
	@echo "==> making .venv"
	@$(PYTHON) -m venv .venv
	@echo "==> installing the packages of requirements.lock (a minute or two)"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@echo "==> installing textlens"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage
