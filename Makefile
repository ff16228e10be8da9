# Everything a fresh machine needs is done by `make demo` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
space := $() $()
PLUGINS := $(patsubst %/pyproject.toml,%,$(wildcard plugins/*/pyproject.toml))
INSTALLED := $(VENV)/.installed

.PHONY: fuzz demo test check docs evidence benchmark test-oldest test-hub-oldest kill-test bundled clean

$(INSTALLED): pyproject.toml $(PLUGINS:%=%/pyproject.toml)
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,docs]' $(PLUGINS:%=--editable ./%)
	touch $@

demo: $(INSTALLED)  ## train DCGAN on real digits, save it, load it back, sample it
	$(BIN)/ganzoo demo --out demo

check: $(INSTALLED)
	$(BIN)/ruff check ganzoo tests plugins docs
	$(BIN)/ruff format --check ganzoo tests plugins docs
	$(BIN)/mypy
	MYPYPATH=$(subst $(space),:,$(PLUGINS)) $(BIN)/mypy $(patsubst %,--package %,$(notdir $(filter-out %.egg-info,$(wildcard plugins/*/ganzoo_plugin_*))))

docs: $(INSTALLED)  ## the documentation, as build/docs/index.html; what is not there or cannot be read is an error
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --fresh-env --quiet docs build/docs

test: check docs  ## what CI runs
	$(BIN)/python -m pytest

kill-test: $(INSTALLED)  ## kill a run at 30 random moments; the test suite kills one 3 times
	GANZOO_KILLS=30 $(BIN)/python -m pytest tests/training/test_kills.py

fuzz: $(INSTALLED)  ## ten minutes of damaged and random files against the reader of imports; the suite runs ten seconds
	$(BIN)/python tests/importing/fuzzing.py --seconds 600

evidence: $(INSTALLED)  ## measure every behavioural check that is missing or stale
	$(BIN)/ganzoo verify --all --out docs/evidence --table docs/evidence/README.md

benchmark: $(INSTALLED)  ## what the game contract costs, and how quick `ganzoo list` is
	$(BIN)/python -m ganzoo.benchmarks.contract_cost
	$(BIN)/python -m ganzoo.benchmarks.list_time --plugins 15
	$(BIN)/python -m ganzoo.benchmarks.load_time

test-oldest:  ## the tests on the oldest torch that is supported
	$(PYTHON) -m venv .venv-oldest
	.venv-oldest/bin/python -m pip install --quiet --disable-pip-version-check 'torch==2.6.*' 'torchvision==0.21.*' 'numpy<3' --editable '.[dev]' $(PLUGINS:%=--editable ./%)
	.venv-oldest/bin/python -m pytest

test-hub-oldest:  ## the tests of the Hub on the oldest client that is supported
	$(PYTHON) -m venv .venv-hub-oldest
	.venv-hub-oldest/bin/python -m pip install --quiet --disable-pip-version-check 'huggingface-hub==1.33.*' --editable '.[dev]'
	.venv-hub-oldest/bin/python -m pytest tests/hub

TRAINED := gan-ring8 dcgan-digits cgan-digits infogan-digits progan-digits

bundled: $(INSTALLED)  ## train the published models again, and put them into the package with their cards
	for name in $(TRAINED); do \
	  $(BIN)/ganzoo train hub_cards/$$name --out runs/$$name --overwrite --threads 1 && \
	  mkdir -p ganzoo/bundled/$$name && (cd runs/$$name/model && \
	  cp config.json model.safetensors scores.json speed.json samples.png losses.png ../../../ganzoo/bundled/$$name/) \
	  || exit 1; \
	done
	$(BIN)/ganzoo card renew hub_cards

clean:
	rm -rf $(VENV) .venv-oldest .venv-hub-oldest demo runs
