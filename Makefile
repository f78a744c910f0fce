# make demo and make test need only Python 3.11+ and a package registry.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SECONDS ?= 60
RUNS ?= 100
MINUTES ?= 15
WORLDS ?= 2000
ROUNDS ?= 10

.PHONY: demo test hunt symbols truth fuzz soak lint bench clean

$(VENV)/pyvenv.cfg:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/pyvenv.cfg setup.cfg pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[fast]"
	touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test]"
	touch $@

$(VENV)/.installed-lint: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[lint]"
	touch $@

$(VENV)/.installed-bench: $(VENV)/.installed-test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[bench]"
	touch $@

demo: $(VENV)/.installed
	$(BIN)/o2o demo --out demo-out

test: $(VENV)/.installed-test
	$(BIN)/python -m pytest

hunt: $(VENV)/.installed-test
	for round in $$(seq $(ROUNDS)); do \
		$(BIN)/python -m pytest -m hypothesis || exit 1; done

symbols: $(VENV)/.installed-test
	O2O_TEXTS=10000 $(BIN)/python -m pytest tests/test_many_symbols.py

truth: $(VENV)/.installed-test
	$(BIN)/python -m tests.truth $(WORLDS)
	O2O_WORLDS=$(WORLDS) $(BIN)/python -m pytest --durations=0 tests/test_doubts.py \
		tests/test_experiment_effects.py

fuzz: $(VENV)/.installed-test
	O2O_FUZZ_SECONDS=$(SECONDS) $(BIN)/python -m pytest tests/test_fuzzing.py

soak: $(VENV)/.installed-test
	$(BIN)/python -m benchmarks.soak --runs $(RUNS) --minutes $(MINUTES)

lint: $(VENV)/.installed-lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(VENV)/.installed-bench
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) demo-out build *.egg-info
