# Everything is set up in this checkout: the environment in .venv, downloads and copies in .cache.
# A checkout needs git, make, and Python 3.11 or newer; PYTHON=... chooses which.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
BENCH := .venv-bench
COLLECTION := collections/ansible_collections/crosscloud/security_groups
PLUGINS := ansible_collections.crosscloud.security_groups.plugins

# CORE=2.20 or CORE=devel sets up .venv with that ansible-core.
DEVEL := ansible-core @ https://github.com/ansible/ansible/archive/devel.tar.gz
ANSIBLE_CORE = $(if $(filter devel,$(CORE)),$(DEVEL),ansible-core == $(CORE).*)

export ANSIBLE_COLLECTIONS_PATH := $(CURDIR)/collections
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test aside others style types docs changelog lint unit integration browser sanity
.PHONY: fuzz simulation races bounds gates artifact release audit contract awx bench clean
.DEFAULT_GOAL := help

help: ## List the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1	\2/p' Makefile | expand -t 20

demo: $(VENV)/demo.stamp $(COLLECTION) ## Manage security groups on running cloud APIs, in check mode, for real, and again
	@$(BIN)/python -m tests.demo

test: $(VENV)/test.stamp $(COLLECTION) ## Run the checks that a change has to pass
	@# ansible-test keeps one processor busy for two minutes, and says nothing if it is content.
	@$(MAKE) --no-print-directory --jobs 2 aside others
	@echo "==> all checks passed"

aside: $(VENV)/test.stamp $(COLLECTION)
	@MAKEFLAGS= $(MAKE) --no-print-directory sanity browser

others: $(VENV)/test.stamp $(COLLECTION)
	@MAKEFLAGS= $(MAKE) --no-print-directory style types docs changelog lint unit integration

style: $(VENV)/test.stamp ## Check style and formatting with ruff
	@echo "==> ruff"
	@$(BIN)/ruff check -q . && $(BIN)/ruff format -q --check .

types: $(VENV)/test.stamp $(COLLECTION) ## Check the types of what is pure with mypy, strictly
	@echo "==> mypy --strict"
	@MYPYPATH=collections $(BIN)/mypy --follow-imports=silent -p $(PLUGINS).module_utils._core \
		-m $(PLUGINS).module_utils._description.entries -m $(PLUGINS).module_utils._description.connections \
		-p $(PLUGINS).plugin_utils._drift -m $(PLUGINS).plugin_utils._description_file \
		-m $(PLUGINS).plugin_utils._plan -m $(PLUGINS).plugin_utils._summary \
		-m $(PLUGINS).plugin_utils._role_variables -m $(PLUGINS).plugin_utils._evaluation

docs: $(VENV)/test.stamp $(COLLECTION) ## Check that what is generated is up to date, and the documentation with antsibull-docs
	@echo "==> what follows from the declarations of the kinds"
	@$(BIN)/python -m tests.generate --check
	@echo "==> antsibull-docs"
	@cd $(COLLECTION) && $(CURDIR)/$(BIN)/antsibull-docs lint-collection-docs --plugin-docs --skip-rstcheck \
		--validate-collection-refs=all .

changelog: $(VENV)/test.stamp ## Check the changelog fragments with antsibull-changelog
	@echo "==> antsibull-changelog"
	@$(BIN)/antsibull-changelog lint

lint: $(VENV)/test.stamp $(COLLECTION) ## Check playbooks and examples with ansible-lint, production profile
	@echo "==> ansible-lint"
	@$(BIN)/ansible-lint --offline --profile production -q

unit: $(VENV)/test.stamp $(COLLECTION) ## Run the unit tests, 10,000 simulated schedules, and the fuzz tests in their small size
	@echo "==> unit tests"
	@$(BIN)/pytest -q -n auto tests/unit tests/simulation/test_schedules.py tests/fuzz

integration: $(VENV)/test.stamp $(COLLECTION) ## Run the modules through ansible-playbook against running cloud APIs
	@echo "==> integration tests"
	@$(BIN)/pytest -q -n 5 tests/integration

browser: $(VENV)/test.stamp $(COLLECTION) ## Look at the page of the drift report in a headless Chromium, if there is one
	@echo "==> tests in a browser"
	@$(BIN)/pytest -q -rs tests/browser

sanity: $(VENV)/test.stamp ## Run ansible-test sanity on a copy of the collection
	@echo "==> ansible-test sanity"
	@$(BIN)/python tests/sanity/run.py

fuzz: $(VENV)/test.stamp $(COLLECTION) ## Run the fuzz tests with 50 times as many cases, other ones each time
	@echo "==> fuzz tests"
	@FUZZ_SIZE=50 $(BIN)/pytest -q -n auto tests/fuzz

simulation: $(VENV)/test.stamp $(COLLECTION) ## Try the core on a million simulated schedules, and find faults put into it
	@echo "==> simulation"
	@SIMULATION_RUNS=1000000 $(BIN)/pytest -q -n auto tests/simulation

races: $(VENV)/test.stamp $(COLLECTION) ## Have six playbooks at once change the same resources, in 25 rounds for each kind
	@echo "==> races"
	@$(BIN)/python -m tests.integration.races

bounds: $(COLLECTION) ## Run the tests with the lowest and the newest versions allowed of the SDKs
	@tests/bounds.sh

gates: ## Run the checks of Galaxy, Automation Hub and the community packages, and sanity on each ansible-core
	@tests/gates.sh $(GATES)

artifact: ## Build what a release publishes in .cache/gates/dist, and check it; VERSION=1.2.3 must be that of galaxy.yml
	@$(if $(VERSION),grep -qx "version: $(VERSION)" galaxy.yml || { echo "galaxy.yml has not version $(VERSION)" >&2; exit 1; })
	@tests/gates.sh artifact importer

release: $(VENV)/test.stamp $(COLLECTION) ## Prepare the release VERSION=1.2.3: its changelog and artifact; uploads nothing
	@tests/release.sh "$(VERSION)"

audit: ## Look up known vulnerabilities of what the collection requires, where the network allows
	@tests/audit.sh

contract: $(VENV)/test.stamp $(COLLECTION) .cache/ansible ## Compare our AWS options with the source of amazon.aws (downloads 55 MB)
	@echo "==> options of amazon.aws"
	@AMAZON_AWS=$(CURDIR)/.cache/ansible/ansible_collections/amazon/aws $(BIN)/pytest -q tests/contract

awx: $(VENV)/test.stamp $(COLLECTION) .cache/ansible ## Set up jobs in a simulated AWX with the modules of awx.awx (downloads 55 MB)
	@echo "==> playbook awx with awx.awx"
	@AWX_COLLECTIONS=$(CURDIR)/.cache/ansible $(BIN)/pytest -q -n 2 tests/awx

bench: $(BENCH)/bench.stamp $(COLLECTION) ## Measure the modules beside their peers: 20 minutes, or 3 with QUICK=1
	@echo "==> benchmark"
	@$(BENCH)/bin/python -m tests.benchmark $(if $(QUICK),--quick)

clean: ## Remove everything that was set up
	rm -rf $(VENV) $(BENCH) .cache collections .mypy_cache .pytest_cache .ruff_cache .hypothesis .ansible

# The PyPI package ansible holds the collections amazon.aws and awx.awx.
.cache/ansible: | $(VENV)/test.stamp
	@echo "==> downloading the package ansible for its copies of amazon.aws and awx.awx"
	@$(BIN)/python -m pip download --quiet --no-deps --only-binary :all: --dest .cache "ansible>=12,<13"
	@$(BIN)/python -m zipfile -e .cache/ansible-*.whl .cache/ansible

$(COLLECTION): | $(VENV)/demo.stamp
	@mkdir -p $(dir $@) && ln -sfn $(CURDIR) $@

$(VENV)/%.stamp: tests/requirements/%.txt tests/requirements/demo.txt meta/ee-requirements.txt
	@tests/setup.sh $(VENV) $<
	@$(if $(CORE),$(BIN)/python -m pip install --quiet "$(ANSIBLE_CORE)")
	@touch $@

$(BENCH)/bench.stamp: tests/requirements/bench.txt tests/requirements/demo.txt meta/ee-requirements.txt
	@tests/setup.sh $(BENCH) $<
	@# Nobody's first run is to be the one that compiles.
	@$(BENCH)/bin/python -m compileall -q -j 0 $(BENCH)/lib
	@touch $@
