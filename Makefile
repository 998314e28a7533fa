# Compiled once, not by each of the many processes that the tests start.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= python3
PORT ?= $(or $(READING_PORT),8000)
# Tests run in this many processes, one more than the least machine has processors: a third of the time a test waits, for
# a browser, a server or the disk. ARGS goes to pytest: make test ARGS="tests/books -k isbn"
WORKERS ?= 3
ARGS ?=

BIN := .venv/bin
FLASK := $(BIN)/flask --app reading
CATALOGUES := reading/translations
# What the server takes of the machine's memory, as reading/deploy/systemd/reading.service tells.
MEMORY := PYTHONOPTIMIZE=2 PYTHONNODEBUGRANGES=1 \
	MALLOC_MMAP_THRESHOLD_=1048576 MALLOC_ARENA_MAX=1 GLIBC_TUNABLES=glibc.malloc.hugetlb=1 \
	_RJEM_MALLOC_CONF=narenas:1,dirty_decay_ms:0,muzzy_decay_ms:0

.DEFAULT_GOAL := help
.PHONY: help run test soak bench burst failover check compiled format translations
export PYTHON

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# granian's workers can hang when told to stop twice, as a terminal does with Ctrl-C (once itself, once through
# granian), so granian gets a session of its own, the signal once, and ends with the shell that waits for it.
run: .venv/.installed ## Serve http://127.0.0.1:8000 (PORT=… changes it), with a sample city on the first start
	@$(BIN)/python -c 'import socket; socket.create_server(("127.0.0.1", $(PORT)))' 2>/dev/null || \
		{ echo "Port $(PORT) cannot be used; another one: make run PORT=8001" >&2; exit 1; }
	@$(MEMORY) $(FLASK) db upgrade
	@$(MEMORY) $(FLASK) sample --first-start
	@trap 'kill $$server' INT TERM HUP; \
	$(MEMORY) setsid setpriv --pdeathsig TERM $(BIN)/granian --interface wsgi --factory reading:create_app \
		--host 127.0.0.1 --port $(PORT) --workers 2 --blocking-threads 1 --no-ws --no-access-log \
		--workers-kill-timeout 10 & server=$$!; \
	wait $$server || wait $$server

test: .venv/.installed-tests ## Run all tests, on SQLite or on READING_TEST_DATABASE_URL
	@sh .ci/needs browser haproxy nginx
	@$(BIN)/pytest --quiet --numprocesses=$(WORKERS) --dist=worksteal $(ARGS)

soak: .venv/.installed-tests ## Kill, crowd and swap many more times than the tests do; takes about a quarter of an hour
	@READING_SOAK=1 $(BIN)/pytest --quiet -m soak -s $(ARGS)

bench: .venv/.installed-tests ## Measure the figures promised, each beside something bare in the same run
	@$(BIN)/pip install --quiet --requirement tests/bench/requirements.txt
	@sh .ci/needs postgres redis
	@$(BIN)/python -m tests.bench $(ARGS)

failover: .venv/.installed-tests ## Let machines of a real cluster fall under people who write; takes about 14 minutes
	@sh .ci/needs postgres etcd haproxy
	@$(BIN)/python -m tests.failover $(ARGS)

burst: .venv/.installed-tests ## Play the learning day against the whole stack, ten minutes each on SQLite and PostgreSQL
	@sh .ci/needs postgres
	@$(BIN)/python -m tests.bench.burst $(ARGS)

check: .venv/.installed-tests ## Style, types, migrations match the models, translations complete
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --quiet --check .
	$(BIN)/mypy
	@sh .ci/migrations-match
	env -u READING_TEST_DATABASE_URL $(BIN)/pytest --quiet tests/house/test_translations.py

compiled: .venv/.installed ## Compile what the service runs, ahead of a user who may not write here
	@PYTHONNODEBUGRANGES=1 $(BIN)/python -m compileall -qq -o 0 -o 2 .venv reading config.py

format: .venv/.installed-tests ## Put the code into its one format
	$(BIN)/ruff check --quiet --fix .
	$(BIN)/ruff format --quiet .

translations: .venv/.installed ## Extract the texts, update and compile the Chinese catalogue
	@template=$$(mktemp) && trap 'rm -f "$$template"' EXIT && \
	$(BIN)/pybabel --quiet extract --mapping-file=pyproject.toml --no-location --sort-output --no-wrap \
		--output-file="$$template" . && \
	$(BIN)/pybabel --quiet update --input-file="$$template" --output-dir=$(CATALOGUES) --locale=zh_Hans_CN \
		--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap && \
	$(BIN)/pybabel --quiet compile --directory=$(CATALOGUES)

.venv/.installed: requirements.txt
	@sh .ci/needs python
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install -qq --no-compile --disable-pip-version-check --requirement requirements.txt
	@touch $@

.venv/.installed-tests: tests/requirements.txt .venv/.installed
	@$(BIN)/pip install -qq --no-compile --disable-pip-version-check --requirement tests/requirements.txt
	@touch $@
