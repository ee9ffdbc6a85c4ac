# Nothing is needed but Python 3.11+, make and the package registry.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: setup demo test test-postgresql check format bench lock messages schema

setup: $(VENV)/.ready

$(VENV)/.ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	touch $@

demo: setup
	$(BIN)/lanka demo

test: setup
	$(BIN)/python -m pytest -n auto --dist worksteal

# As `test`, but what is not tried on both databases anyway runs on PostgreSQL.
test-postgresql: setup
	$(BIN)/python -m pytest -n auto --dist worksteal --database postgresql

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python .ci/secrets.py

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup
	$(BIN)/python benchmarks/survey_engine.py
	$(BIN)/python benchmarks/survey_press.py
	$(BIN)/python -m benchmarks.results
	$(BIN)/python -m benchmarks.results --postgres
	$(BIN)/python -m benchmarks.event_registration
	$(BIN)/python -m tests.bot.crashing
	$(BIN)/python -m benchmarks.broadcast
	$(BIN)/python -m benchmarks.throughput --postgres

# Renews the pinned versions; review the difference like code.
lock: setup
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --no-emit-find-links --extra dev --upgrade -o requirements.lock pyproject.toml

# Collects new texts from the code into the catalogues of both languages.
messages: setup
	$(BIN)/python -m dialogs.catalogues

# Draws the tables: docs/schema.md and its picture. And lists the messages: docs/messages.md.
schema: setup
	$(BIN)/python docs/make_schema.py
