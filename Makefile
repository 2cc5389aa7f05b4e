# dockwright. Needs Python 3.11 or newer, git and make; everything else is set up in .venv.

.PHONY: help demo test check fmt generate bench clean
.NOTPARALLEL:
.DEFAULT_GOAL := help

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /make \1|/p' Makefile | while IFS='|' read -r t d; do printf '%-14s %s\n' "$$t" "$$d"; done

demo: .venv/.run ## check a small web service that has flaws on purpose
	@$(PY) -m dockwright check examples/webservice || test $$? -eq 1
	@echo; echo "demo: these findings are expected; the example has them on purpose. Try: .venv/bin/dockwright --help"

test: .venv/.dev ## run all tests; T=tests/config for some, ARGS=... for pytest
	@$(PY) -m pytest -q -n $(JOBS) $(ARGS) $(T)

check: .venv/.dev ## format, lint, types, layers, generated files, start-up
	@$(BIN)/ruff format --check --quiet --output-format concise . || { echo "check: run 'make fmt'" >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(PY) -m tools.generate --check
	@$(PY) -m pytest -q tests/arch/test_startup.py

fmt: .venv/.dev ## format the code and apply the linter's safe fixes
	@$(BIN)/ruff check --quiet --fix-only . ; $(BIN)/ruff format .

generate: .venv/.dev ## write the generated files again
	@$(PY) -m tools.generate

bench: .venv/.dev ## list the benches and how to run them
	@for f in $$(ls bench/[a-z]*.py 2>/dev/null); do n=$${f##*/}; printf '%-36s %s\n' "$(PY) -m bench.$${n%.py}" "$$(sed -n '1s/^"*\([^"]*\).*/\1/p' $$f)"; done

clean: ## remove .venv, caches and build results
	@rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	@find src tests tools bench examples -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# --- set-up --------------------------------------------------------------------------------------
# .run: the program as users get it. .dev: with the tools. Both are made again when pyproject.toml
# changes, when the venv no longer runs, and when it belongs to another folder.

BIN := .venv/bin
PY := $(BIN)/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input install --quiet --progress-bar off
# The start script that an older pip writes imports `re`: 5 ms for each run.
PIP_FROM := pip>=25.2
JOBS ?= auto
T ?=
ARGS ?=

unexport PYTHONDONTWRITEBYTECODE PYTHONHOME PYTHONPATH PIP_REQUIRE_VIRTUALENV VIRTUAL_ENV

ours := import sys, dockwright; sys.exit(dockwright.__file__ != "$(CURDIR)/src/dockwright/__init__.py")
ifneq ($(shell $(PY) -c '$(ours)' 2>/dev/null && echo usable),usable)
$(shell rm -f .venv/.run .venv/.dev)
endif

.venv/.run: pyproject.toml
	@$(MAKE_VENV)
	@$(PIP) '$(PIP_FROM)'
	@$(PIP) --editable .
	@$(PY) -m compileall -q src
	@touch $@

.venv/.dev: pyproject.toml
	@$(MAKE_VENV)
	@$(PIP) '$(PIP_FROM)'
	@$(PIP) --editable '.[dev]'
	@$(PY) -m compileall -q src
	@touch .venv/.run $@

# A candidate counts only if it runs: shims may exist without a Python behind them.
PYTHONS := $(PYTHON) python3.11 python3.12 python3.13 python3.14 python3 python
define MAKE_VENV
echo "setting up .venv (once; a minute or so)"; \
$(PY) -m pip --version >/dev/null 2>&1 && exit 0; \
old=; for p in $(PYTHONS); do \
  "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 || continue; \
  "$$p" -c 'import ensurepip, venv' >/dev/null 2>&1 && { "$$p" -m venv --clear .venv && $(PY) -m pip uninstall --quiet --yes setuptools; exit; }; \
  old=$$p; \
done; \
if [ -n "$$old" ]; then echo "$$old has no venv module. On Debian and Ubuntu: apt-get install python3-venv" >&2; \
else echo "no Python 3.11 or newer found (tried: $(PYTHONS)). Name one with make PYTHON=/path/to/python" >&2; fi; exit 1
endef
