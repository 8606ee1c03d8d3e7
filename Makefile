# The commands of this project. `make` alone lists them.
PYTHON ?= python3
PORT ?= 8000
EXAMPLES ?= 500
BIN := .venv/bin
RUN := $(BIN)/python
DEVELOP := DEBUG=1

.PHONY: help demo test fuzz faults lint format bench screenshots messages migrations servers servers-stop requirements clean

help:  ## list these commands
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: .venv/installed  ## run the site with demo shops (PORT=8000, RESET=1 starts over)
	@PORT=$(PORT) RESET=$(RESET) exec $(RUN) -m loyalty_site.demo

test: .venv/installed-dev  ## run the whole suite (ARGS="-k ledger" for a part)
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

faults: .venv/installed-dev  ## kill, crowd and lie for long (ROUNDS=50, SEED=7 plays a run again, ARGS="-k web")
	@SEED=$${SEED:-$$(date +%s)} ROUNDS=$${ROUNDS:-50} $(BIN)/python -m pytest tests/faults tests/test_ledger_model.py -v -rA $(ARGS)

fuzz: .venv/installed-dev  ## send the API whatever its reference allows, and more (EXAMPLES=500 of each operation)
	@EXAMPLES=$(EXAMPLES) $(BIN)/python -m pytest tests/test_api_fuzz.py -p no:cacheprovider $(ARGS)

lint: .venv/installed-dev  ## check style, types, imports, migrations and templates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/lint-imports
	$(BIN)/mypy .
	$(DEVELOP) $(RUN) manage.py makemigrations --check --dry-run

format: .venv/installed-dev  ## let the tools fix what they can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/installed-dev  ## measure against the floors
	@$(RUN) -m bench $(ARGS)

screenshots: .venv/installed-dev  ## take the pictures of the README from the demo (PORT=8000, ARGS="home till")
	@PORT=$(PORT) $(RUN) -m docs.screenshots $(ARGS)

messages: .venv/installed-dev  ## collect what is to be translated (needs gettext) and compile what is
	$(DEVELOP) $(RUN) manage.py makemessages --all --no-wrap --no-obsolete --add-location=file --ignore=.venv --ignore=staticfiles --ignore='tests/*' --ignore=bench
	$(RUN) -m loyalty_site.catalogues

migrations: .venv/installed-dev  ## write migrations (NAME=add_birthdays APP=members)
	$(DEVELOP) $(RUN) manage.py makemigrations $(APP) -n $(NAME)

servers: .venv/installed  ## start the embedded servers and leave them running
	@$(RUN) -m loyalty_site.embedded start

servers-stop: .venv/installed  ## stop the embedded servers
	@$(RUN) -m loyalty_site.embedded stop

requirements: .venv/installed-dev  ## compile the pinned requirements from the .in files (needs uv)
	uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --generate-hashes --upgrade \
		--custom-compile-command "make requirements" requirements.in -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --no-emit-index-url --generate-hashes --upgrade \
		--custom-compile-command "make requirements" requirements-dev.in -o requirements-dev.txt

clean:  ## remove the environment, caches and the embedded servers' data
	@if [ -x $(RUN) ]; then $(RUN) -m loyalty_site.embedded reset; fi
	rm -rf .venv .data staticfiles .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache htmlcov .coverage

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Regulars needs Python 3.11 or newer; name one with PYTHON=python3.12."; exit 1; }
	@$(PYTHON) -m venv .venv \
		|| { rm -rf .venv; echo "Python cannot make a virtual environment: on Debian or Ubuntu, apt install python3-venv."; exit 1; }

.venv/installed: requirements.txt | .venv/bin/python
	@echo "Installing what the site needs ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	@echo "Installing what the tests need ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
