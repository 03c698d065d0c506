# What a person types at the root of a clone. Knows the order of things; how each is done is said by the tools.

PYTHON ?= $(shell sh .ci/find-python)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

# A changed input means a new install; otherwise `make serve` runs no pip at all.
UI_SOURCES := $(shell find ui -type f -not -path '*/node_modules/*' -not -path 'ui/tests/*' 2>/dev/null)
INPUTS := pyproject.toml constraints.txt $(wildcard build_ui.py) $(UI_SOURCES)

ARGS ?=
# Journeys and contracts wait more than they work: with one worker a core half of the machine would be idle.
WORKERS := $(shell echo $$((2 * $$(getconf _NPROCESSORS_ONLN))))
# Each file in one worker, which starts its services once. In the order of the files: xdist would begin with those of
# many tests, and end with one worker on the longest journeys.
BY_FILE := -n $(WORKERS) --dist loadfile --no-loadscope-reorder
# Else each of some hundred processes would compile the program anew.
unexport PYTHONDONTWRITEBYTECODE
UNIT := -n auto --dist worksteal tests/unit

.PHONY: help serve test check bench constraints system-parts clean
.DEFAULT_GOAL := help

help:
	@echo 'make serve        set everything up and serve on http://127.0.0.1:8080   (ARGS="--port 9000 --no-browser" is passed on)'
	@echo 'make test         set everything up and run the whole test suite'
	@echo 'make check        the fast checks: lint, format, types, arrows, unit tests, the quickest sieges'
	@echo 'make bench        the quick benchmarks; prints ratios'
	@echo 'make constraints  renew constraints.txt from the newest releases that pyproject.toml allows'
	@echo 'make clean        remove the virtual environment and all that was built'

serve: $(VENV)/.serving
	$(BIN)/seawall serve $(ARGS)

# Journeys start whole services. Those that hold them to the clock that people watch go alone, after all others.
test: system-parts $(VENV)/.developing
	$(BIN)/python -m pytest $(BY_FILE) tests/contract tests/unit $(ARGS)
	$(BIN)/python -m pytest -n auto --dist worksteal tests/sieges $(ARGS)
	$(BIN)/python -m pytest $(BY_FILE) -m "not alone" tests/journeys $(ARGS)
	$(BIN)/python -m pytest -m alone tests/journeys $(ARGS)

check: $(VENV)/.developing
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/pyright
	@$(BIN)/python -m pytest -q $(UNIT)
	@$(BIN)/python -m pytest -q -n auto --dist worksteal tests/sieges -k "not promises or flood or fame or pulse or stolen-100"

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
	@$(PIP) install -c constraints.txt -e ".[dev]"
	@touch $@ $(VENV)/.serving

constraints:
	sh .ci/renew-constraints "$(PYTHON)"

clean:
	rm -rf $(VENV) build dist src/seawall/web/static ui/node_modules
