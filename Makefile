# The interface is `make checks` and `make test`; both create the environment from requirements.lock by themselves.
# Pass options on with ARGS, as in  make checks ARGS="--label A1.2 --report out"

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
# One BLAS thread: two under load run many times slower on small matrices.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export MKL_NUM_THREADS := 1

.PHONY: checks test lint types docs release evidence bench lock clean

checks: $(READY)
	$(BIN)/python -m pytest checks/ $(ARGS)

test: $(READY)
	$(BIN)/python -m pytest tests/ -n auto --dist worksteal $(ARGS)

lint: $(READY)
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -c "from importlinter.cli import lint_imports_command as c; c()"

types: $(READY)
	$(BIN)/python -m mypy

docs: $(READY)
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs docs/_build
	@echo "docs/_build/index.html"

# The verdicts that the docs show, with released seeds: commit before, and commit docs/release after it.
release: $(READY)
	$(BIN)/python -m pytest checks/ --seeds released --report out/release $(ARGS)
	$(BIN)/python -m checks release out/release/verdicts.json docs/release/verdicts.json

# What is too slow or too random to gate a change: fresh seeds, the full tier, automatic mutation, kills.
evidence: $(READY)
	$(BIN)/python -m checks.evidence $(ARGS)

# Ratios against the alternative, measured in the same run.
bench: $(READY)
	$(BIN)/python -m benchmarks.ascent
	$(BIN)/python -m benchmarks.blocks
	$(BIN)/python -m benchmarks.flows
	$(BIN)/python -m benchmarks.reduction
	$(BIN)/python -m benchmarks.spikes
	$(BIN)/python -m benchmarks.tracy_widom

# Rewrites the lock from pyproject.toml; needs uv.
lock:
	uv pip compile --quiet --upgrade --universal --generate-hashes --extra dev --no-emit-index-url \
	  --custom-compile-command "make lock" pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) docs/_build docs/claims docs/figures evidence out .checks .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(READY): requirements.lock
	@if ! $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	  echo "make: $(PYTHON) is missing or older than 3.11; name another with PYTHON=/path/to/python3.11" >&2; exit 1; \
	elif command -v uv >/dev/null 2>&1; then \
	  echo "creating the environment in $(VENV) with uv"; \
	  uv venv --quiet --clear --python $(PYTHON) $(VENV) \
	  && uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock \
	  && uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e . ; \
	elif ! $(PYTHON) -c 'import venv, ensurepip' 2>/dev/null; then \
	  echo "make: $(PYTHON) has no venv module; install it (Debian: apt-get install python3-venv) or install uv" >&2; exit 1; \
	else \
	  echo "creating the environment in $(VENV), half a minute"; \
	  $(PYTHON) -m venv --clear $(VENV) \
	  && $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock \
	  && $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . ; \
	fi
	@touch $@
