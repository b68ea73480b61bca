# Needs git, make and Python 3.11, 3.12 or 3.13 (PYTHON=... names one); everything else goes into this folder.

BIN := .venv/bin

# Airflow loses seconds in every process without byte code; no part may report its use to anyone.
unexport PYTHONDONTWRITEBYTECODE
export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := False
export GX_ANALYTICS_ENABLED := false

.DEFAULT_GOAL := help
.PHONY: help setup run lint test bench speed sources rates

help: ## Show what there is to do
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/.ready ## Set up the locked environment in .venv

run: setup ## Simulate the demo company's CRM, refresh its KPIs, show its scorecard
	$(BIN)/yardstick demo
	$(BIN)/yardstick refresh

lint: setup ## Check style, types and SQL
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --processes 2 dbt_project/models dbt_project/tests
	cd dashboards && ../$(BIN)/sqlfluff lint .

test: lint ## Check style, types and SQL, then run all tests
	$(BIN)/pytest

bench: speed sources rates ## Measure how fast nights and sources are, and how often verdicts are wrong

speed: setup ## Measure a night and the dashboards at sizes S and M (SIZES=S for one)
	$(BIN)/python -m benchmarks $(SIZES)

sources: setup ## Measure how fast each CRM is read from its double, and what a night costs in calls
	$(BIN)/python -m benchmarks.sources

rates: setup ## Show how often verdicts are wrong, in ten times as many simulated companies as tests take
	YARDSTICK_RATES_TIMES=10 $(BIN)/pytest --timeout 3600 -rP tests/conditions/*_rates.py

.venv/.ready: pyproject.toml uv.lock tools/bootstrap
	python="$$(tools/bootstrap)" && .uv/bin/uv sync --frozen --python "$$python"
	@touch $@
