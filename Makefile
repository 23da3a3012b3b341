# Tanggap: `make` lists what there is. Settings go on the command line: make run PORT=8080 DEMO=0
.DEFAULT_GOAL := help
SHELL := /bin/sh

HOST ?= 127.0.0.1
PORT ?= 8000
DEMO ?= 1
JOBS ?= 2
PYTHON ?= python3

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --quiet
FLASK := $(BIN)/flask
VENDOR := triage/static/vendor
export FLASK_APP = wsgi.py
# One machine, plain http: behind a proxy with TLS say TANGGAP_HTTPS_ONLY=1.
run: export TANGGAP_HTTPS_ONLY ?= 0

.PHONY: help setup setup-dev run worker test lint types format migrate seed train eval bench backup assets browser clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

# --- installing: each step leaves a stamp, so a second run does nothing -------------------------------------------

setup: $(VENV)/.run ## virtual environment with what the application needs

setup-dev: $(VENV)/.dev

$(VENV)/.made:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "Python belum terpasang. Pasang Python 3.11 atau lebih baru / Python is missing: install 3.11 or newer." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Perlu Python 3.11+, yang ada $$($(PYTHON) -V). Coba: make PYTHON=python3.12 / Python 3.11+ needed." >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo "Modul venv/pip tidak ada. Pasang paket python3-venv / The venv or pip module is missing: install python3-venv." >&2; exit 1; }
	@echo "Membuat $(VENV) ..."
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.made requirements.txt
	@echo "Memasang paket aplikasi (beberapa menit pada kali pertama) ..."
	@$(PIP) -r requirements.txt
	@touch $@

$(VENV)/.assets: $(VENV)/.made requirements-assets.txt
	@$(PIP) -r requirements-assets.txt
	@touch $@

$(VENV)/.dev: $(VENV)/.run $(VENV)/.assets requirements-dev.txt
	@echo "Memasang paket pengujian ..."
	@$(PIP) -r requirements-dev.txt
	@touch $@

assets: $(VENDOR)/.built ## front-end libraries into triage/static/vendor

$(VENDOR)/.built: package.json package-lock.json assets/build.mjs assets/icons.txt | $(VENV)/.assets
	@echo "Membangun aset tampilan ..."
	@PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --no-audit --no-fund
	@PATH="$(CURDIR)/$(BIN):$$PATH" node assets/build.mjs
	@touch $@

# Browser tests name the remedy themselves and fail, so a missing browser does not stop the other tests.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "Memasang Chromium untuk uji peramban ..."; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; \
	  fi; } || true
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	  echo "Chromium tidak ditemukan: uji peramban akan gagal. Pasang dengan 'sudo apt-get install chromium' / install Chromium." >&2

# --- running ------------------------------------------------------------------------------------------------------

run: setup assets ## everything: database, model, demonstration (DEMO=0: without), web server and worker
	@$(BIN)/python -c 'import socket, sys; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); \
	  s.bind((sys.argv[1], int(sys.argv[2])))' $(HOST) $(PORT) 2>/dev/null || { \
	  echo "Port $(PORT) di $(HOST) sedang dipakai. Pilih yang lain: make run PORT=8080 / Port $(PORT) is in use." >&2; exit 1; }
	@$(FLASK) migrate
	@$(FLASK) seed
	@$(FLASK) train --if-none
	@if [ "$(DEMO)" != 0 ]; then $(FLASK) demo; \
	elif [ -t 0 ]; then $(FLASK) create-user --if-none; \
	else echo "Buat administrator pertama dengan: FLASK_APP=wsgi.py $(FLASK) create-user"; fi
	@echo; echo "  Tanggap: http://$(HOST):$(PORT)   (berhenti dengan Ctrl+C)"; echo
	@$(FLASK) worker & worker=$$!; \
	$(BIN)/gunicorn --bind $(HOST):$(PORT) --worker-class gthread --workers 1 --threads 8 \
	  --no-control-socket --log-level warning wsgi:app & web=$$!; \
	stop() { trap - INT TERM; kill $$web $$worker 2>/dev/null; wait $$web $$worker 2>/dev/null; exit $${1:-0}; }; \
	trap 'stop 0' INT TERM; \
	while kill -0 $$web 2>/dev/null && kill -0 $$worker 2>/dev/null; do sleep 1; done; \
	echo "Server web atau pekerja latar berhenti sendiri; lihat pesan di atas." >&2; stop 1

worker: setup ## the background worker alone
	@$(FLASK) worker

migrate: setup ## bring the database to the newest tables
	@$(FLASK) migrate

seed: setup ## reference data: units, calendar, targets
	@$(FLASK) seed

train: setup ## train a model from data/seed
	@$(FLASK) train

eval: setup ## measure quality: all tables, or make eval FILE=comments.csv for the active model on a file
	@if [ -n "$(FILE)" ]; then $(FLASK) eval "$(FILE)"; else $(BIN)/python -m benchmarks.quality; fi

backup: setup ## copy of the database and the models
	@$(FLASK) backup

bench: setup-dev assets ## measure, and print the tables
	@$(BIN)/python -m benchmarks

# --- checking -----------------------------------------------------------------------------------------------------

test: setup-dev assets browser lint types ## lint, types and every test
	@$(BIN)/python -m pytest -n $(JOBS)

lint: setup-dev ## ruff: rules and format
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check . || { echo "Jalankan 'make format' / run 'make format'" >&2; exit 1; }

types: setup-dev ## mypy, strict
	@$(BIN)/mypy --no-error-summary

format: setup-dev ## let ruff mend what it can
	@$(BIN)/ruff check --quiet --fix . || true
	@$(BIN)/ruff format .

clean: ## remove what make built (keeps the database and the models)
	@rm -rf $(VENV) node_modules $(VENDOR) .pytest_cache .mypy_cache .ruff_cache .hypothesis
