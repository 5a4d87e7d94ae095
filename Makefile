# Everything a fresh Debian/Ubuntu machine needs: python3 (3.11-3.13, with venv) and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
WORKERS ?= 2

.PHONY: demo test lint types contracts pytest bench slow lock wheel clean

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else "fusionscape needs Python 3.11 to 3.13; call make PYTHON=python3.12")'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --only-binary :all: --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e .
	@touch $(READY)

demo: $(READY)
	$(BIN)/fusionscape demo

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

contracts: $(READY)
	$(BIN)/lint-imports

pytest: $(READY)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

test: lint types contracts pytest

bench: $(READY)
	$(BIN)/python benchmarks/run.py

slow: $(READY)
	$(BIN)/python -m pytest -m slow
	@for script in docs/simulations/*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

# Names, versions and hashes only; no address of any index is written.
lock:
	uv pip compile --universal --python-version 3.11 --only-binary :all: --generate-hashes \
	  --no-header --no-annotate \
	  pyproject.toml --extra export --extra pdf --extra fast --group dev -o requirements.lock

wheel: $(READY)
	$(BIN)/python -m build --wheel --no-isolation --outdir dist

clean:
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis
