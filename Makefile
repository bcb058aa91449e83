# Everything is set up into .cache/ on first use. `make demo` and `make test` need Python 3.11+ and nothing else.
PYTHON ?= python3
VENV := .cache/venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

# Node.js (for jsii and the CDK CLI) comes with the virtual environment.
export PATH := $(abspath $(BIN)):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION := 1

.PHONY: demo pictures test bench lint format synth deploy destroy clean

demo: $(READY)
	$(BIN)/python -m local.demo $(if $(ONCE),--once)

# The README's pictures, of the demo's own data.
pictures: $(READY)
	$(BIN)/python -m local.demo --once --pictures docs/pictures

test: $(READY)
	$(BIN)/python -m local.toolchain
	$(BIN)/python -m pytest $(ARGS)

# Everything against its targets; ARGS=ingest for one measurement.
bench: $(READY)
	$(BIN)/python -m local.toolchain
	$(BIN)/python -m bench $(ARGS)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/stacks/test_cfn_lint.py

format: $(READY)
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

# ARGS="-c vpc_ids=vpc-0123456789abcdef0 -c allowed_cidrs=192.0.2.0/24"
synth deploy destroy: $(READY)
	$$($(BIN)/python -m local.toolchain cdk) $@ $(ARGS)

clean:
	rm -rf .cache cdk.out

$(READY): requirements.txt requirements-dev.txt lambdas/requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "SG Lens needs Python 3.11 or later; $(PYTHON) is older. Try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the pinned packages into $(VENV) (once)"
	@$(BIN)/python -m pip install --quiet --requirement requirements-dev.txt
	@touch $@
