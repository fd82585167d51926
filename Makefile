# Needs make and Python 3.11 or later; everything else goes into .venv and .venv-tools, here in this folder.

PORT ?= 8730
AUTHORITY ?=
ARGS ?=
UV_VERSION := 0.13.9
# The first of these that is new enough and can make virtual environments is used. PYTHON=/path/to/python chooses another.
PYTHON ?= python3.13 python3.12 python3.11 python3 python

SHELL := /bin/sh
BIN := .venv/bin
UV := env -u VIRTUAL_ENV UV_PROJECT_ENVIRONMENT=.venv UV_PYTHON_DOWNLOADS=never .venv-tools/bin/uv
# Two thirds of a start from sources alone are their compiling, again at each start where Python may not write (PYTHONDONTWRITEBYTECODE).
COMPILE := $(BIN)/python -m compileall -q bot commands procedures storage

.PHONY: help setup demo test check audit bench fuzz clean
.DEFAULT_GOAL := help

help:
	@echo 'make setup   fetch what the program needs, and say where it is'
	@echo 'make demo    try it: a workspace with people and challenges, at http://127.0.0.1:$(PORT) (PORT=… changes it, AUTHORITY=… whose procedure)'
	@echo 'make test    run every test (ARGS="-k raise" runs some)'
	@echo 'make check   look for mistakes in style, types and the direction of imports'
	@echo 'make audit   look at the libraries: where they come from, their hashes, licences and reasons'
	@echo 'make bench   measure what the program must reach'
	@echo 'make fuzz    feed damaged inputs to whatever reads from outside (ARGS="--seconds 300" is thorough)'
	@echo 'make clean   remove what the others have set up'

setup: .venv/.ready
	@$(COMPILE)
	@echo 'The program is $(CURDIR)/$(BIN)/challenge-bot'

demo: .venv/.ready
	@exec $(BIN)/python -m bot.foreground $(BIN)/challenge-bot demo --port '$(PORT)' --authority '$(AUTHORITY)' --open

test: .venv/.ready-for-tests
	@$(FIND_CHROMIUM)
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

check: .venv/.ready-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

audit: .venv/.ready-for-tests
	$(BIN)/python -m tests.dependencies
	@$(WITHDRAWN)

bench: .venv/.ready-for-tests
	@$(COMPILE)
	$(BIN)/python -m benchmarks $(ARGS)

# atheris is in a group of its own: it is large, and not made for every system and every Python. Without it the changes are random.
fuzz: .venv/.ready-for-tests
	@$(UV) sync --quiet --locked --group fuzz --inexact --python .venv-tools/bin/python || echo 'Going on without atheris.'
	$(BIN)/python -m tests.fuzz $(ARGS)

clean:
	rm -rf .venv .venv-tools .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build

# What the demo needs; the tests need a good deal more.
.venv/.ready: uv.lock pyproject.toml .venv-tools/uv-$(UV_VERSION)
	@echo 'Fetching the libraries that uv.lock names …'
	@$(UV) sync --quiet --locked --no-dev --inexact --compile-bytecode --python .venv-tools/bin/python
	@$(COMPILE)
	@touch $@

.venv/.ready-for-tests: uv.lock pyproject.toml .venv-tools/uv-$(UV_VERSION)
	@echo 'Fetching the libraries that uv.lock names, those for the tests too …'
	@$(UV) sync --quiet --locked --compile-bytecode --python .venv-tools/bin/python
	@$(COMPILE)
	@touch .venv/.ready $@

.venv-tools/uv-$(UV_VERSION):
	@$(FIND_PYTHON) && rm -rf .venv-tools && "$$python" -m venv .venv-tools
	@.venv-tools/bin/python -m pip install --quiet --disable-pip-version-check 'uv==$(UV_VERSION)'
	@touch $@

define FIND_PYTHON
python=; incomplete=; \
for name in $(PYTHON); do \
  found=$$("$$name" -c 'import sys; print(sys.executable) if sys.version_info >= (3, 11) else sys.exit(1)' 2>/dev/null) || continue; \
  if "$$found" -c 'import ensurepip, venv' 2>/dev/null; then python=$$found; break; fi; \
  incomplete=$${incomplete:-$$found}; \
done; \
if [ -n "$$python" ]; then \
  echo "Setting up with $$python …"; \
elif [ -n "$$incomplete" ]; then \
  echo "$$incomplete cannot make virtual environments. Install the rest of Python (Debian, Ubuntu: sudo apt-get install python3-venv) and try again." >&2; exit 1; \
else \
  echo 'Python 3.11 or later is needed, and none was found. Install it, or say where it is: make $(MAKECMDGOALS) PYTHON=/path/to/python' >&2; exit 1; \
fi
endef

# A trial installation of every locked file asks the registry for each, and says which version was withdrawn.
define WITHDRAWN
$(UV) export --quiet --locked --no-emit-project --output-file .venv/locked.txt >/dev/null && \
said=$$($(UV) pip install --python $(BIN)/python --dry-run --reinstall --no-deps --require-hashes -r .venv/locked.txt 2>&1) \
  || { echo "$$said" >&2; exit 1; }; \
if echo "$$said" | grep -i yanked >&2; then echo 'A locked version was withdrawn: change it with uv lock --upgrade-package.' >&2; exit 1; fi; \
echo 'The registry has every locked file, and none was withdrawn.'
endef

define FIND_CHROMIUM
if ! $(BIN)/python -m tests.chromium >/dev/null 2>&1 && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
  echo 'Installing Chromium for the browser tests …'; \
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    chromium fonts-dejavu-core fonts-noto-color-emoji; \
fi; \
$(BIN)/python -m tests.chromium >/dev/null
endef
