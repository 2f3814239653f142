# Sightline's commands. `make` alone lists them; CI calls the same ones.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
BUILD_FILES := pyproject.toml CMakeLists.txt constraints.txt $(wildcard cmake/*.cmake) $(wildcard src/sightline/_native/*.?pp) web/package-lock.json
SOURCES := $(BUILD_FILES) $(shell find src web/src -type f -not -path '*/webapp/*' -not -name '*.pyc' 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help demo test lint format test-python test-web test-asan fuzz bench web schema serve screenshot chromium clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: $(VENV)/installed-demo ## train three small networks on real digits and watch them live (ARGS="--open" opens the page)
	$(BIN)/sightline demo $(ARGS)

test: export SIGHTLINE_FUZZ_SECONDS ?= 60
test: $(VENV)/installed-test web/node_modules/.installed chromium lint test-web test-python ## everything: lint, types, unit tests, browser journeys

lint: $(VENV)/installed-test web/node_modules/.installed ## ruff, mypy --strict, prettier, svelte-check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	cd web && npm run --silent lint && npm run --silent check

format: $(VENV)/installed-test web/node_modules/.installed ## put every file into the house's shape
	$(BIN)/ruff check --fix . && $(BIN)/ruff format . && cd web && npm run --silent format

test-python: $(VENV)/installed-test src/sightline/webapp/index.html ## pytest, browser journeys included (ARGS passes on)
	$(BIN)/python -m pytest $(ARGS)

test-web: web/node_modules/.installed ## Vitest
	cd web && npm run --silent test

test-asan: $(VENV)/installed-test ## the kernel's tests under the address and undefined-behaviour sanitizers
	$(BIN)/python tests/conformance/sanitize.py

fuzz: export SIGHTLINE_FUZZ_SECONDS ?= 60
fuzz: $(VENV)/installed-test ## look for bytes that break the kernel, for SIGHTLINE_FUZZ_SECONDS (a minute)
	$(BIN)/python -m pytest -s tests/conformance/fuzz $(ARGS)

bench: $(VENV)/installed-test ## the figures the README quotes, against the competitor in the same run
	for script in bench/[a-z]*.py; do $(BIN)/python $$script $(ARGS) || exit 1; done

web: $(VENV)/installed-test web/node_modules/.installed ## build the viewer's bundle
	$(BIN)/cmake -P cmake/webapp.cmake

schema: $(VENV)/installed-test web/node_modules/.installed ## regenerate the TypeScript types from the server's OpenAPI
	cd web && npm run --silent schema

serve: $(VENV)/installed-demo ## serve LOGDIR (default: runs)
	$(BIN)/sightline $(or $(LOGDIR),runs)

screenshot: $(VENV)/installed-test chromium ## make the README's picture anew
	$(BIN)/python docs/screenshot.py

chromium:
	@sh tests/journeys/ensure_chromium.sh

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --upgrade pip

# One environment, two ways to be in it: the demo installs the checkout as a user would, the tests install it editable.
$(VENV)/installed-demo: $(SOURCES) | $(BIN)/python
	$(PIP) install --constraint constraints.txt '.[demo]'
	@rm -f $(VENV)/installed-test && touch $@

$(VENV)/installed-test: $(BUILD_FILES) | $(BIN)/python
	$(PIP) install --constraint constraints.txt --editable '.[test]'
	@rm -f $(VENV)/installed-demo && touch $@

web/node_modules/.installed: web/package-lock.json
	cd web && npm ci --no-fund --no-audit --loglevel=error
	@touch $@

src/sightline/webapp/index.html: $(shell find web/src web/*.json web/*.ts web/index.html -type f 2>/dev/null) | web/node_modules/.installed
	@$(MAKE) --no-print-directory web && touch $@

clean: ## remove what was built
	rm -rf build dist $(VENV) src/sightline/webapp web/node_modules
