# Needs Python 3.11 to 3.13 and make; everything else is installed into .venv.

PORT ?= 8000
PYTHON ?=
export PORT

.PHONY: help run test check bench messages pins clean

help:
	@echo "make run [PORT=8000]   the service with its demo edition, until Ctrl-C"
	@echo "make test              the whole suite, on every engine found on this machine"
	@echo "make check             make test, format, lint, types, contracts, messages, browser, smoke"
	@echo "make bench             the benchmarks, as a table"
	@echo "make messages          collect what is to be translated (needs gettext)"
	@echo "make pins              pin the newest versions pyproject.toml allows (needs uv)"

run: export LAPTOP ?= true
run:
	@python=$$(.ci/find-python $(PYTHON)) && $$python .ci/install.py requirements.txt
	@.venv/bin/python manage.py start

.venv-dev:
	@python=$$(.ci/find-python $(PYTHON)) && $$python .ci/install.py requirements-dev.txt
.PHONY: .venv-dev

test: .venv-dev
	@.venv/bin/python -m tests

check: .venv-dev
	@.venv/bin/python .ci/check.py

bench: .venv-dev
	@.venv/bin/python -m tests.bench

messages: .venv-dev
	@.venv/bin/python manage.py makemessages --locale fr --no-obsolete --no-wrap --add-location file

pins:
	uv pip compile --quiet pyproject.toml --universal --python-version 3.11 --no-header --upgrade --output-file requirements.txt
	uv pip compile --quiet --group dev pyproject.toml --universal --python-version 3.11 --no-header --upgrade --constraint requirements.txt --output-file requirements-dev.txt

clean:
	rm -rf .venv var
