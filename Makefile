# "make help" lists the targets. Variables: make run PORT=9000, make setup PYTHON=python3.12, make setup TORCH_CPU_INDEX=,
# make test PYTEST_ARGS=tests/test_answers.py (in one process, as a few tests are quicker so)

PYTHON ?=
TORCH_CPU_INDEX ?= https://download.pytorch.org/whl/cpu
HOST = 127.0.0.1
PORT = 8000
PYTEST_ARGS = -n 2 --dist worksteal
UV = 0.13.9
TOOLS = cyclonedx-bom==7.5.0 pip-audit==2.10.1 reuse==6.2.0

# A stamp bears the checksum of what it was made from: changed content is installed, a mere checkout is not.
LOCKED = pyproject.toml requirements-torch.txt requirements.lock
RUNTIME := .venv/.runtime-$(shell cat $(LOCKED) | cksum | cut -d ' ' -f 1)
DEV := .venv/.dev-$(shell cat $(LOCKED) requirements-dev.lock | cksum | cut -d ' ' -f 1)
PIP = .venv/bin/python -m pip -q --disable-pip-version-check
LOCK = .venv-lock/bin/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	--no-emit-package torch --custom-compile-command "make lock" -c requirements-torch.txt $(if $(UPGRADE),--upgrade)

.DEFAULT_GOAL := help
.PHONY: help setup run test lint sample lock sbom audit reuse clean programs

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(RUNTIME) ## install everything that is needed to run, into .venv
	@echo 'Bereit / ready: make run'

run: $(RUNTIME) ## index corpus/ into index/, then serve on http://127.0.0.1:8000 (HOST=…, PORT=…)
	.venv/bin/ratslotse index || [ $$? -eq 3 ] # 3: done, with files that could not be read; they are listed
	.venv/bin/ratslotse serve --host $(HOST) --port $(PORT)

test: $(DEV) programs ## run the tests (PYTEST_ARGS=…)
	OMP_NUM_THREADS=1 .venv/bin/python -m pytest $(PYTEST_ARGS)

lint: $(DEV) ## check style, types and the Dockerfile
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/hadolint Dockerfile

sample: $(DEV) ## make the generated files of corpus/sample again
	.venv/bin/python tests/sample/make_sample.py

lock: ## pin all packages again (UPGRADE=1: newest versions)
	python3 -m venv .venv-lock
	.venv-lock/bin/python -m pip -q --disable-pip-version-check install uv==$(UV)
	$(LOCK) -o requirements.lock pyproject.toml
	$(LOCK) -o requirements-dev.lock -c requirements.lock --extra dev pyproject.toml
	! grep -nE '^(nvidia|cuda|triton|torch)|://' requirements.lock requirements-dev.lock

sbom: $(RUNTIME) .venv-tools/.made ## list what is installed, as CycloneDX, in build/sbom.json
	@mkdir -p build
	.venv-tools/bin/cyclonedx-py environment --pyproject pyproject.toml --mc-type application --spec-version 1.6 \
		--output-reproducible --output-format JSON -o build/sbom.json .venv

audit: .venv-tools/.made ## ask for known weaknesses of the locked packages (needs the network)
	.venv-tools/bin/pip-audit --strict --disable-pip --require-hashes --progress-spinner off -r requirements.lock

reuse: .venv-tools/.made ## check that every file has a licence
	.venv-tools/bin/reuse lint

clean: ## remove what was installed or built; documents and index stay
	rm -rf .venv .venv-lock .venv-tools .mypy_cache .pytest_cache .ruff_cache .hypothesis build *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

programs:
	@scripts/install-programs

$(RUNTIME): | .venv/.made
	@echo '1/3 PyTorch ohne Grafikkarte / PyTorch for the CPU (~190 MB)'
	@$(PIP) install --no-deps --retries 0 $(if $(TORCH_CPU_INDEX),--extra-index-url $(TORCH_CPU_INDEX)) -r requirements-torch.txt
	@.venv/bin/python scripts/check_torch.py || { $(PIP) uninstall -y torch; exit 1; }
	@echo '2/3 Pakete aus / packages of requirements.lock (~220 MB)'
	@$(PIP) install --no-deps --require-hashes -r requirements.lock
	@echo '3/3 Ratslotse'
	@$(PIP) install --no-deps --no-build-isolation -e .
	@rm -f .venv/.runtime-*
	@touch $@

$(DEV): $(RUNTIME)
	@echo 'Werkzeuge zum Testen aus / test tools of requirements-dev.lock (~100 MB)'
	@$(PIP) install --no-deps --require-hashes -r requirements-dev.lock
	@rm -f .venv/.dev-*
	@touch $@

.venv-tools/.made: Makefile
	@python3 -m venv .venv-tools
	@.venv-tools/bin/python -m pip -q --disable-pip-version-check install $(TOOLS)
	@touch $@

.venv/.made:
	@scripts/make-venv "$(PYTHON)"
	@touch $@
