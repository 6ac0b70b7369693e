# make demo and make test are all a fresh machine with Python 3.11 or newer needs; everything else is for people who work on it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DAYS ?= 3
SERVE ?= 1
PORT ?= 8000
ROWS ?= 20000000
SEED ?=
WORKERS ?= 2
LONG := -q -o faulthandler_timeout=0

.PHONY: help demo test lint types unit bench sim lock screenshots messages openapi golden clean

help: ## This list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/.installed: requirements.lock pyproject.toml CHANGELOG.md
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed; name it with make PYTHON=python3.12 …" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(VENV)/.installed ## Build a simulated campus, run DAYS days, print the day reports, serve the staff pages (SERVE=0: don't)
	@$(BIN)/onecard demo --days $(DAYS) --port $(PORT) $(if $(filter 0,$(SERVE)),--no-serve,--serve)

test: lint types unit ## Everything: style, types, floors, tests on real PostgreSQL and in a real browser

lint: $(VENV)/.installed
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

types: $(VENV)/.installed
	@$(BIN)/mypy onecard tests bench

unit: $(VENV)/.installed
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

bench: $(VENV)/.installed ## Ratios measured side by side in one run (ROWS=20000000)
	@$(BIN)/python -m bench --rows $(ROWS)

sim: $(VENV)/.installed ## Long seeded runs of simulator and property tests (SEED=…)
	@ONECARD_SEED=$(SEED) ONECARD_EXAMPLES=2000 $(BIN)/python -m pytest $(LONG) onecard/purchases/tests/test_state_machine.py
	@ONECARD_EXAMPLES=1000 $(BIN)/python -m pytest $(LONG) onecard/gateway/tests/test_openapi.py onecard/emulation
	@ONECARD_SEED=$(SEED) ONECARD_KILLS=1000 $(BIN)/python -m pytest $(LONG) tests/journeys/test_lunch.py -k kill
	@ONECARD_SEED=$(SEED) ONECARD_KILLS=60 $(BIN)/python -m pytest $(LONG) onecard/simulation/tests/test_killed_import.py
	@$(BIN)/onecard simulate --people 3000 --days 10 --faults $(if $(SEED),--seed $(SEED))
	@$(BIN)/onecard simulate --people 60 --merchants 40 --terminals 60 --months 12 --faults $(if $(SEED),--seed $(SEED))

lock: ## Resolve requirements.lock anew from pyproject.toml
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
		--group dev pyproject.toml -o requirements.lock

messages: $(VENV)/.installed ## Compile the Chinese catalogue
	@$(BIN)/python -m onecard.kernel.messages

openapi: $(VENV)/.installed ## Write the OpenAPI file of the terminal protocol anew
	@$(BIN)/python -m onecard.gateway.openapi

golden: $(VENV)/.installed ## Write the golden files of the terminal protocol anew
	@$(BIN)/python -m onecard.conformance.golden

screenshots: $(VENV)/.installed ## Take README's pictures from the running demo
	@$(BIN)/python -m onecard.web.screenshots

clean: ## Remove the environment and all local state
	@$(BIN)/python -c 'from onecard.kernel import postgres; postgres.stop()' 2>/dev/null || true
	rm -rf $(VENV) var build
