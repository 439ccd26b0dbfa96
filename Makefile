# Needs Python 3.11 or newer, pip 22.3 or newer and make; nothing else.
PYTHON ?= python3
BIN := .venv/bin
HOME_DIR ?= data

.PHONY: setup demo test serve docs clean

setup: .venv/.ready

# --without-pip: Debian has no ensurepip without python3-venv; pip --python installs into the environment from outside.
.venv/.ready: requirements.txt pyproject.toml
	$(PYTHON) -m venv --without-pip .venv
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --no-deps --require-hashes -r requirements.txt
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --no-deps --no-build-isolation --editable .
	touch $@

demo: setup
	$(BIN)/nianbao demo --home $(HOME_DIR)

serve: setup
	$(BIN)/nianbao serve --home $(HOME_DIR)

docs: setup
	$(BIN)/mkdocs build --strict

test: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/pytest

clean:
	rm -rf .venv build dist
