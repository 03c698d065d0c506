# What a person types at the root of a clone. Knows the order of things; how each is done is said by the tools.

PYTHON ?= $(shell sh .ci/find-python)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# What training alone reads, two thirds of all Python here: compiled where it is imported, not before.
LATE := /(datasets|networkx|numpy|pandas|pip|pyarrow|scipy|sympy|torch|torchgen|transformers|trl)/

# A changed input means a new install; otherwise `make serve` runs no pip at all.
UI_SOURCES := $(shell find ui -type f -not -path '*/node_modules/*' -not -path 'ui/tests/*' 2>/dev/null)
INPUTS := pyproject.toml constraints.txt $(wildcard build_ui.py) $(UI_SOURCES)

ARGS ?=
# Else each of some hundred processes would compile the program anew.
unexport PYTHONDONTWRITEBYTECODE
# `make check` runs these side by side, the longest first.
CHECKS := check-types check-tests check-style check-arrows

.PHONY: help serve test check bench constraints system-parts clean
.PHONY: $(CHECKS)
.DEFAULT_GOAL := help

help:
	@echo 'make serve        set everything up and serve on http://127.0.0.1:8080   (ARGS="--port 9000 --no-browser" is passed on)'
	@echo 'make test         set everything up and run the whole test suite'
	@echo 'make check        the fast checks: types, unit tests, style and arrows, side by side'
	@echo 'make bench        the quick benchmarks; prints ratios'
	@echo 'make constraints  renew constraints.txt from the newest releases that pyproject.toml allows'
	@echo 'make clean        remove the virtual environment and all that was built'

serve: $(VENV)/.serving
	$(BIN)/seawall serve $(ARGS)

# Parts of the system and of Python are fetched side by side, once there is what makes a virtual environment.
test:
	@sh .ci/system-parts venv
	@$(MAKE) --no-print-directory --jobs=2 system-parts $(VENV)/.developing
	@sh .ci/all-tests $(BIN)/python $(ARGS)

check: $(VENV)/.developing
	@$(MAKE) --no-print-directory --keep-going --jobs=3 $(if $(filter output-sync,$(.FEATURES)),--output-sync) $(CHECKS)

check-types:
	@$(BIN)/pyright

# One process beside the types: to start a second and collect there would cost half of what it takes over.
check-tests:
	@$(BIN)/python -m pytest -q --hypothesis-profile=few tests/unit

check-style:
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

check-arrows:
	@$(BIN)/lint-imports

bench: $(VENV)/.developing
	$(BIN)/python bench/quick.py $(ARGS)

system-parts:
	@sh .ci/system-parts

$(VENV)/bin/python:
	@sh .ci/find-python --check "$(PYTHON)"
	$(PYTHON) -m venv $(VENV)

# Each stamp is newer than every input of the install that it stands for.
$(VENV)/.serving: $(INPUTS) | $(VENV)/bin/python
	@echo 'Installing Seawall into $(VENV): a minute or two, this once.'
	@$(PIP) install -c constraints.txt -e ".[local]"
	@touch $@

$(VENV)/.developing: $(INPUTS) | $(VENV)/bin/python
	@echo 'Installing Seawall and its test tools into $(VENV): a minute or two, this once.'
	@$(PIP) install --no-compile -c constraints.txt -e ".[dev]"
	@# On all cores, where pip takes one. A file that is no Python of this version is no fault to it either.
	@$(BIN)/python -m compileall -qq -j 0 -x '$(LATE)' src $(VENV)/lib || true
	@touch $@ $(VENV)/.serving

constraints:
	sh .ci/renew-constraints "$(PYTHON)"

clean:
	rm -rf $(VENV) build dist src/seawall/web/static ui/node_modules
