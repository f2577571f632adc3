# Escalera's commands. `make` alone lists them.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

VENV := .venv
BIN := $(VENV)/bin
LOCAL_STACK_VENV := build/venvs/local-stack
UV := $(BIN)/uv

# From the cache if all of it is there (the hashes say so), else from the index.
uv_sync = $(or $(3),$(UV)) pip sync --quiet --require-hashes --offline --python $(1) $(2) 2>/dev/null \
	  || $(or $(3),$(UV)) pip sync --quiet --require-hashes --python $(1) $(2)
ARGS ?=

# The CDK's Node bridge warns on every start about a Node that is past its end of life: the majors to be quiet about
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20,21,22,23
export JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION := 1
export JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION := 1
export CDK_DISABLE_CLI_TELEMETRY := true
export DISABLE_VERSION_CHECK := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

# An environment is ready when its stamp is newer than its lock. A stamp lives inside what it vouches for
# and is written last, so an interrupted installation is simply done again.
PYTHON_READY := $(VENV)/.ready
LOCAL_STACK_READY := $(LOCAL_STACK_VENV)/.ready
NODE_READY := node_modules/.ready
CHARTS := functions/console/static/echarts.common.min.js

# The words of the customers' pages, compiled from what translators write to what gettext reads.
WORDS := functions/portal/locale
CATALOGUES := $(WORDS)/es/LC_MESSAGES/portal.mo $(WORDS)/pt/LC_MESSAGES/portal.mo

.PHONY: help
help: ## List the commands
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(PYTHON_READY) $(LOCAL_STACK_READY) $(NODE_READY) $(CHARTS) $(CATALOGUES) ## Install everything from the locks (a second run costs nothing)

$(UV): requirements/bootstrap.txt
	@for python in $(PYTHON) python3 python3.14 python3.13 python3.12 python3.11; do \
	  if "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found="$$python"; break; fi; \
	done; \
	if [ -z "$${found:-}" ]; then echo "Python 3.11 or newer is needed: install it, or name it with make PYTHON=..." >&2; exit 1; fi; \
	if [ ! -x $(BIN)/python ] || ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	  echo "Making $(VENV) with $$found"; \
	  "$$found" -m venv --clear $(VENV) || { echo "Its venv module is missing: on Debian, apt install python3-venv" >&2; exit 1; }; \
	fi
	@if uv --version >/dev/null 2>&1; then $(call uv_sync,$(BIN)/python,requirements/bootstrap.txt,uv); \
	else $(BIN)/python -m pip install --quiet --require-hashes -r requirements/bootstrap.txt; fi
	@touch $@

$(PYTHON_READY): requirements/dev.txt pyproject.toml $(UV)
	@echo "Installing Python packages into $(VENV)"
	@$(call uv_sync,$(BIN)/python,requirements/dev.txt)
	@$(UV) pip install --quiet --offline --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

$(LOCAL_STACK_READY): requirements/local_stack.txt $(UV)
	@echo "Installing the local stack into $(LOCAL_STACK_VENV)"
	@[ -x $(LOCAL_STACK_VENV)/bin/python ] || $(UV) venv --quiet --clear --python $(BIN)/python $(LOCAL_STACK_VENV)
	@$(call uv_sync,$(LOCAL_STACK_VENV)/bin/python,requirements/local_stack.txt)
	@touch $@

# What pages of ours run in a browser stands beside our own static files: it travels with the layer.
SHIPPED_SCRIPTS := layers/escalera/python/escalera/web/static

$(NODE_READY): package-lock.json
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null \
	  || { echo "Node 20 or newer is needed: the CDK and MJML run on it" >&2; exit 1; }
	@echo "Installing Node packages into node_modules"
	@npm ci --ignore-scripts --no-audit --no-fund --prefer-offline --loglevel=error
	@cp node_modules/htmx.org/dist/htmx.min.js $(SHIPPED_SCRIPTS)/
	@touch $@

# The chart library is the console's alone: no other function carries it.
$(CHARTS): $(NODE_READY)
	@cp node_modules/echarts/dist/echarts.common.min.js $@

$(WORDS)/%.mo: $(WORDS)/%.po $(PYTHON_READY)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

.PHONY: words
words: setup ## Gather the words of the customers' pages into the catalogues that translators write
	@mkdir -p build
	@$(BIN)/pybabel --quiet extract --mapping $(WORDS)/babel.cfg --no-location --no-wrap --sort-output \
	  --output build/portal.pot functions/portal
	@$(BIN)/pybabel --quiet update --domain portal --input-file build/portal.pot --output-dir $(WORDS) \
	  --no-fuzzy-matching --no-wrap --ignore-obsolete --ignore-pot-creation-date
	@git --no-pager diff --stat -- $(WORDS)

.PHONY: lock
lock: $(UV) ## Renew the locks in requirements/ (ARGS="--upgrade" takes the newest)
	@cd requirements && for name in bootstrap runtime scoring dev local_stack bench audit; do \
	  ../$(UV) pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	    --no-emit-index-url --no-emit-find-links --no-header $(ARGS) $$name.in --output-file $$name.txt \
	    $$([ $$name != dev ] || echo --constraint bootstrap.txt --constraint runtime.txt --constraint scoring.txt); \
	done

.PHONY: demo
demo: setup ## Run the main job on a real shop's history (ARGS go to `escalera demo`)
	@$(BIN)/escalera demo $(ARGS)

# By file, for what a file sets up is dear; as they lie, so that the many short files of tests/unit come last and all
# workers end together: by number of tests, which is the usual order, the long ones of few tests would.
SPREAD := --dist loadfile --no-loadscope-reorder

# Each part runs whatever became of those before it, so that one run tells all that is wrong.
TEST_PARTS := check browser tests tests-e2e

.PHONY: test
test: setup ## Check everything and run every test: all parts, whatever fails, and a summary
	@failed=(); \
	for part in $(TEST_PARTS); do $(MAKE) --no-print-directory "$$part" || failed+=("$$part"); done; \
	echo; \
	for part in $(TEST_PARTS); do \
	  if [[ " $${failed[*]-} " == *" $$part "* ]]; then echo "  FAILED  make $$part"; else echo "  passed  make $$part"; fi; \
	done; \
	[ $${#failed[@]} -eq 0 ]

.PHONY: tests
tests: setup
	@$(BIN)/pytest tests --ignore tests/e2e --numprocesses 3 $(SPREAD) --quiet

.PHONY: tests-e2e
tests-e2e: setup
	@$(BIN)/pytest tests/e2e --numprocesses 2 --dist worksteal --quiet

.PHONY: check
check: setup ## Format, lint, types, import rules, generated files, the programme
	@failed=0; \
	$(BIN)/ruff format --check --quiet . || { echo "Run: make format" >&2; failed=1; }; \
	$(BIN)/ruff check --quiet . || failed=1; \
	$(BIN)/mypy --no-error-summary || failed=1; \
	$(BIN)/lint-imports --no-logo >build/import-rules.txt || { cat build/import-rules.txt >&2; failed=1; }; \
	$(BIN)/python -m escalera.contracts.generate --check || failed=1; \
	$(BIN)/escalera check || failed=1; \
	exit $$failed

# Where a browser can be installed without asking, it is; elsewhere the tests that need one say so and are skipped.
.PHONY: browser
browser:
	@if ! command -v chromium chromium-browser google-chrome >/dev/null; then \
	  if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	    echo "Installing Chromium for the tests of pages"; \
	    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
	      chromium fonts-dejavu-core; } >build/chromium.log 2>&1 \
	      || echo "Chromium could not be installed (build/chromium.log): the tests of pages are skipped" >&2; \
	  else \
	    echo "No Chromium is installed (on Debian: apt install chromium): the tests of pages are skipped" >&2; \
	  fi; \
	fi

.PHONY: format
format: setup ## Format the code and mend what ruff can mend by itself
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

.PHONY: unit
unit: setup ## The fast tests: no stack, no synthesis (ARGS go to pytest)
	@$(BIN)/pytest tests/unit tests/property tests/contract --quiet $(ARGS)

.PHONY: e2e
e2e: setup ## The tests on the local stack (ARGS go to pytest)
	@$(BIN)/pytest tests/e2e $(ARGS)

.PHONY: bench
bench: setup layers ## Measure what it costs (ARGS go to the bench)
	@$(BIN)/python -m bench $(ARGS)

.PHONY: docs
docs: setup ## Build the documentation into site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

.PHONY: screenshots
screenshots: setup browser ## Take the pictures of pages anew, into docs/images/
	@$(BIN)/python docs/take_screenshots.py

.PHONY: layers
layers: setup ## Build the Lambda layers that have changed
	@$(BIN)/python layers/build.py

.PHONY: licences
licences: layers ## Renew the list of what ships and its licences, docs/reference/third-party-licences.md
	@$(BIN)/python -m layers.bills

# Asks the network, so it is no part of `make test`.
AUDIT_VENV := build/venvs/audit
.PHONY: audit
audit: setup $(AUDIT_VENV)/.ready ## Ask for known vulnerabilities in the locks (0 none, 1 some, 3 could not ask)
	@$(BIN)/python -m layers.audit

$(AUDIT_VENV)/.ready: requirements/audit.txt $(UV)
	@echo "Installing pip-audit into $(AUDIT_VENV)"
	@[ -x $(AUDIT_VENV)/bin/python ] || $(UV) venv --quiet --clear --python $(BIN)/python $(AUDIT_VENV)
	@$(call uv_sync,$(AUDIT_VENV)/bin/python,requirements/audit.txt)
	@touch $@

.PHONY: synth
synth: layers ## Make the CloudFormation template in build/cdk.out (ARGS go to cdk)
	@node_modules/.bin/cdk synth --quiet $(ARGS)

.PHONY: new-event
new-event: setup ## Begin an event that shops tell: its contract, function, wiring, test (NAME=ReviewWritten)
	@$(BIN)/python -m scaffold.new_event "$(NAME)"

.PHONY: schemas
schemas: setup ## Generate the public contract in events/ from its models
	@$(BIN)/python -m escalera.contracts.generate

.PHONY: clean
clean: ## Remove everything that was built or installed
	@rm -rf $(VENV) node_modules build cdk.out site .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
