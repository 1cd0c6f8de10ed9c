# Set-up is part of every target: a fresh machine needs Python 3.10 to 3.13, pip and make.
PYTHON ?= python3
VENV ?= .venv
RUN := $(VENV)/bin/python

.PHONY: reproduce test lint clean

reproduce: $(VENV)/.ready
	$(RUN) -m reproduce run --preset default --corpus listings

test: $(VENV)/.ready-test
	$(RUN) -m pytest -n auto --dist loadfile

lint: $(VENV)/.ready-lint
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy

clean:
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache

# Some systems split venv's pip off into a package of its own; theirs can install into ours all the same.
$(VENV)/.ready: requirements.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; (3, 10) <= v <= (3, 13) or sys.exit("expected Python 3.10 to 3.13, got %d.%d: name another by make PYTHON=..." % v)'
	$(PYTHON) -m venv $(VENV) || $(PYTHON) -m venv --without-pip --clear $(VENV)
	$(RUN) -m pip --version || $(PYTHON) -m pip --python $(RUN) install pip
	$(RUN) -m pip install -r requirements.txt
	touch $@

$(VENV)/.ready-test: $(VENV)/.ready pyproject.toml
	$(RUN) -m pip install -e '.[test]'
	touch $@

$(VENV)/.ready-lint: $(VENV)/.ready pyproject.toml
	$(RUN) -m pip install -e '.[lint]'
	touch $@
