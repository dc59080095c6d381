# `make help` lists what can be made. Nothing has to be activated or installed first.
PYTHON ?= python3
VENV := .venv
PEERS := .venv-benchmarks
FAULTS_KILLS ?= 100
# DVC refuses to read what it leaves empty if it is killed as it writes it.
UNLOCK := [ -z "$$(find dvc.lock .dvc/tmp/rwlock -empty 2>/dev/null)" ] || python -m pipeline.commands.unlock
BIN := $(VENV)/bin
SAME_COMMIT = @[ "$$(git -C $(1) rev-parse HEAD)" = "$$(git rev-parse HEAD)" ] || \
  { echo "$(1) is at another commit: run git -C $(1) pull --autostash"; exit 1; }
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: help without-git repro readme pictures notebooks record explorations release dvc audit sbom serve test test-all fuzz faults lint format lock benchmarks readings clean
.DEFAULT_GOAL := help

help:  ## show this list
	@grep -hE '^[a-z-]+:.*  ## ' $(MAKEFILE_LIST) | sed -E 's/:.*  ## /\t/' | expand -t 14

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
	@$(UNLOCK)
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
	$(call SAME_COMMIT,runs/record)
	cd runs/record && { $(UNLOCK); } && dvc repro && python -m pipeline.commands.show

runs/record runs/explorations: | $(VENV)/installed
	@git rev-parse --git-dir >/dev/null 2>&1 || { echo "make record clones this folder: get it with git clone"; exit 1; }
	rm -rf $@.part
	git clone --quiet . $@.part
	cd $@.part && python -m pipeline.commands.rescale $(CURDIR)/record/params.yaml
	cd $@.part && dvc cache dir --local $(CURDIR)/.dvc/cache  # what is the same is not made twice
	mkdir -p $@.part/models
	[ ! -d record/baselines ] || cp -r record/baselines $@.part/models/
	[ ! -d record/members ] || cp -r record/members $@.part/models/
	[ ! -d record/next ] || cp -r record/next/. $@.part/models/members/
	mv $@.part $@

explorations: $(VENV)/installed runs/explorations  ## search at the record's scale, and keep the reports in record/explore
	$(call SAME_COMMIT,runs/explorations)
	cd runs/explorations && { $(UNLOCK); } && dvc repro explore
	rm -rf record/explore && cp -r runs/explorations/reports/explore record/explore

release: $(VENV)/installed  ## put the ensemble of runs/record into record
	$(call SAME_COMMIT,runs/record)
	cd runs/record && python -m pipeline.commands.release $(CURDIR)/record

serve: $(VENV)/installed  ## serve the ensemble on http://127.0.0.1:8000
	python script.py

test: $(VENV)/installed-dev  ## run the tests
	python -m pytest

test-all: $(VENV)/installed-dev  ## run the long tests too
	python -m pytest -m "long or not long"

fuzz: $(VENV)/installed-dev  ## send 10,000 damaged files of each format to the server as it is shipped
	FUZZ_UPLOADS=10000 python -m pytest -m long tests/webapp/test_fuzz.py

faults: $(VENV)/installed-dev  ## kill the pipeline a hundred times, and see that nothing is lost
	FAULTS_KILLS=$(FAULTS_KILLS) python -m pytest -m "long or not long" -o faulthandler_timeout=0 tests/faults

lint: $(VENV)/installed-dev  ## check style and types
	ruff check .
	ruff format --check .
	mypy

audit: $(VENV)/installed-dev  ## ask PyPI for known holes in what is installed
	for name in requirements requirements-serve; do uvx pip-audit==2.9.0 --no-deps --disable-pip --requirement $$name.txt || exit 1; done

format: $(VENV)/installed-dev  ## put the code into the house style
	ruff check --fix .
	ruff format .

dvc: $(VENV)/installed  ## write the code that each stage imports into dvc.yaml
	python -m pipeline.commands.dependencies

sbom: $(VENV)/installed-dev  ## list what is served, in CycloneDX's form
	uvx --from cyclonedx-bom==7.5.0 cyclonedx-py requirements requirements-serve.txt --output-reproducible --output-file requirements-serve.cdx.json

lock: $(VENV)/installed-dev  ## compile exact versions from requirements*.in
	for name in requirements requirements-dev requirements-serve; do uv pip compile --quiet --universal --fork-strategy fewest \
	  --python-version 3.11 --no-emit-index-url --custom-compile-command 'make lock' $$name.in --output-file $$name.txt || exit 1; done

$(PEERS)/installed: requirements-benchmarks.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/pip install --quiet --requirement requirements-benchmarks.txt
	touch $@

benchmarks: $(VENV)/installed $(PEERS)/installed  ## measure speed and memory beside limits and named peers
	BENCHMARK_PEERS=$(PEERS)/bin/python python -m benchmarks
	for name in cost coordination; do python -m benchmarks.$$name || exit 1; done

readings: $(VENV)/installed-dev  ## count what is read of digits drawn large, of numbers on paper, of marks
	for name in drawn_large numbers marks; do PYTHONPATH=tests python -m benchmarks.$$name || exit 1; done

clean:  ## remove data, models and the virtual environment; reports and corrected digits stay
	[ ! -d data ] || find data -mindepth 1 -maxdepth 1 ! -name feedback -exec rm -rf {} +
	rm -rf models $(VENV)
