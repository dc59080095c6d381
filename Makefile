# `make help` lists what can be made. Nothing has to be activated or installed first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help without-git repro readme pictures notebooks record release dvc audit serve test lint format lock benchmarks clean
.DEFAULT_GOAL := help

help:  ## show this list
	@grep -hE '^[a-z]+:.*  ## ' $(MAKEFILE_LIST) | sed -E 's/:.*  ## /\t/' | expand -t 14

$(VENV)/installed: requirements.txt
	$(PYTHON) -c 'import sys; v = sys.version_info[:2]; assert (3, 11) <= v <= (3, 13), "Python 3.11 to 3.13 is needed, not %d.%d; name one: make PYTHON=python3.12" % v'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --requirement requirements.txt
	touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.txt
	$(BIN)/pip install --quiet --requirement requirements-dev.txt
	touch $@

without-git: $(VENV)/installed
	@git rev-parse --git-dir >/dev/null 2>&1 || dvc config --local core.no_scm true

repro: without-git  ## run the whole pipeline; then the leaderboard and the report's place
	dvc repro
	@echo
	@python -m pipeline.commands.show

readme: $(VENV)/installed  ## put the last run's figures into the documents
	python -m pipeline.commands.readme

pictures: $(VENV)/installed  ## draw the documents' pictures
	python -m pipeline.commands.illustrate

notebooks: $(VENV)/installed-dev  ## run the notebooks on the last run's outputs
	python -m pipeline.commands.notebooks

record: $(VENV)/installed runs/record  ## run the pipeline at the record's scale, in runs/record
	cd runs/record && dvc repro && python -m pipeline.commands.show

runs/record: | $(VENV)/installed
	@git rev-parse --git-dir >/dev/null 2>&1 || { echo "make record clones this folder: get it with git clone"; exit 1; }
	git clone --quiet . $@
	cp record/params.yaml $@/params.yaml
	cd $@ && dvc cache dir --local $(CURDIR)/.dvc/cache  # what is the same is not made twice
	mkdir -p $@/models
	[ ! -d record/members ] || cp -r record/members $@/models/
	[ ! -d record/next ] || cp -r record/next/. $@/models/members/

release: $(VENV)/installed  ## put the ensemble of runs/record into record
	cd runs/record && python -m pipeline.commands.release $(CURDIR)/record

serve: $(VENV)/installed  ## serve the ensemble on http://127.0.0.1:8000
	python script.py

test: $(VENV)/installed-dev  ## run the tests
	python -m pytest

lint: $(VENV)/installed-dev  ## check style and types
	ruff check .
	ruff format --check .
	mypy

audit: $(VENV)/installed-dev  ## ask PyPI for known holes in what is installed
	for name in requirements requirements-serve; do uvx pip-audit==2.9.0 --no-deps --disable-pip --requirement $$name.txt; done

format: $(VENV)/installed-dev  ## put the code into the house style
	ruff check --fix .
	ruff format .

dvc: $(VENV)/installed  ## write the code that each stage imports into dvc.yaml
	python -m pipeline.commands.dependencies

lock: $(VENV)/installed-dev  ## compile exact versions from requirements*.in
	for name in requirements requirements-dev requirements-serve; do uv pip compile --quiet --universal --fork-strategy fewest \
	  --python-version 3.11 --no-emit-index-url --custom-compile-command 'make lock' $$name.in --output-file $$name.txt; done

benchmarks: $(VENV)/installed  ## measure speed against the machine's limits and named peers
	for name in augmentation train_speed networks deformation load memory serving drawn_large; do python -m benchmarks.$$name; done
	for name in numbers marks; do PYTHONPATH=tests python -m benchmarks.$$name; done

clean:  ## remove data, models and the virtual environment; reports stay
	rm -rf data models $(VENV)
