# canbao: what can be made. `make help` lists it.
GO     ?= go
TAGS   := duckdb_arrow
BIN    := bin/canbao
ROOMS  := cmd etl models reports sql
# The pure Go rooms, where the race detector costs seconds and not minutes.
RACE   := ./etl/clean ./etl/refuse ./etl/seal ./etl/source
# The rooms with benchmarks.
BENCH  ?= ./...
# What `make demo` passes on, such as DEMO="--people 50000 --workspace /tmp/city".
DEMO   ?=
# How long `make fuzz` stays with each target.
FUZZTIME ?= 60s
# The engine of the cluster tests: its version, and where it is kept, outside the
# repository.
TRINO_VERSION ?= 476
TRINO_CACHE ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/canbao
TRINO_HOME := $(TRINO_CACHE)/trino-server-$(TRINO_VERSION)
TRINO_PLUGINS := hive password-authenticators
MAVEN ?= mvn
ECHARTS := reports/assets/echarts.min.js

.DEFAULT_GOAL := help
.PHONY: demo test cluster-test torture fuzz build assets bench bench-province lint help

demo: build ## a synthetic city: made, loaded, built, its bulletin written
	./$(BIN) demo $(DEMO)

# The time limit is that of a machine with other work to do: here a room takes
# four minutes at most.
test: assets lint ## everything tested
	$(GO) test -race $(RACE)
	$(GO) test -tags $(TAGS) -timeout 20m ./...
	@echo "skipped: the tests on a cluster, which make cluster-test fetches and starts (0.9 GB on disk, 5 GB of memory, a JDK of version 24 or later)"

# What the tests start ends with them, however they end.
cluster-test: assets $(TRINO_HOME)/ready ## the tests that run a build on a Trino cluster of three processes, which is fetched if need be
	CANBAO_TRINO_HOME=$(TRINO_HOME) $(GO) test -tags $(TAGS) -run '^TestCluster' -count 1 -v -timeout 60m -p 1 ./cmd/canbao ./models ./sql/trino/...

# Plugins share their libraries as hard links, so that one of them cannot be
# unpacked alone: the others go afterwards.
$(TRINO_HOME)/ready:
	@mkdir -p $(TRINO_CACHE)
	$(MAVEN) -B -q org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy -Dartifact=io.trino:trino-server:$(TRINO_VERSION):tar.gz -DoutputDirectory=$(TRINO_CACHE)
	rm -rf $(TRINO_HOME)
	tar -xzf $(TRINO_HOME).tar.gz -C $(TRINO_CACHE)
	cd $(TRINO_HOME)/plugin && for p in *; do case " $(TRINO_PLUGINS) " in *" $$p "*) ;; *) rm -rf "$$p" ;; esac; done
	rm $(TRINO_HOME).tar.gz
	touch $@

torture: assets ## load and build broken in every way, and run again: CANBAO_TORTURE kills (200)
	CANBAO_TORTURE=$${CANBAO_TORTURE:-200} $(GO) test -tags $(TAGS) -run '^TestTorture$$' -count 1 -v -timeout 6h ./cmd/canbao
	CANBAO_TORTURE=1 $(GO) test -run '^TestHostileMemory$$' -count 1 -v -timeout 1h ./etl/source
	CANBAO_LOAD_SECONDS=$${CANBAO_LOAD_SECONDS:-60} $(GO) test -tags $(TAGS) -run '^TestReaders(DuringLoad)?$$' -count 1 -v -timeout 1h ./reports/desk ./cmd/canbao

# A fuzz run shares 100 MB with each of its processes through a file, and leaves
# it behind when it is killed: hence a folder of its own. The inputs it finds
# interesting stay in the build cache (go clean -fuzzcache).
fuzz: assets ## every reader and rule fed with made-up input, one after another, FUZZTIME (60s) each
	@targets="$$($(GO) test -tags $(TAGS) -list '^Fuzz' ./... | awk '/^Fuzz/ {t[n++] = $$1} /^ok/ {for (i = 0; i < n; i++) print $$2 " " t[i]; n = 0}')"; \
	dir="$$(mktemp -d)"; trap 'rm -rf "$$dir"' EXIT; trap 'exit 1' INT TERM; \
	echo "$$targets" | while read -r room target; do \
		echo "$$room $$target"; \
		TMPDIR="$$dir" $(GO) test -tags $(TAGS) -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 100x "$$room" </dev/null || exit 1; \
	done

build: assets ## the program, in bin/canbao
	$(GO) build -tags $(TAGS) -o $(BIN) ./cmd/canbao

assets: $(ECHARTS) ## the chart library, as package-lock.json pins it

$(ECHARTS): package-lock.json reports/assets/echarts.js
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	./node_modules/.bin/esbuild reports/assets/echarts.js --bundle --minify --format=iife --global-name=echarts \
		--legal-comments=inline --log-level=warning --outfile=$@ \
		'--banner:js=/*! Parts of Apache ECharts (the Apache Software Foundation, Apache-2.0) and of zrender (Baidu Inc., BSD-3-Clause) */'

bench: assets ## speed, as ratios against bare DuckDB on the same files; pages asked for by 64 clients for CANBAO_BENCH_SECONDS (60), of CANBAO_BENCH_PEOPLE (100000)
	CANBAO_BENCH_SECONDS=$${CANBAO_BENCH_SECONDS:-60} $(GO) test -tags $(TAGS) -run '^$$' -bench . -benchtime 1x -timeout 30m $(BENCH)

# 65 million people take an hour, some 15 GB of disk beside what is spilt, and 8 GB
# of memory. docs/scale.md has the figures.
bench-province: assets ## a province of PEOPLE (65000000) on one machine, the whole road, compared with what was generated
	CANBAO_BENCH_PROVINCE=$${PEOPLE:-65000000} $(GO) test -tags $(TAGS) -run '^$$' -bench '^BenchmarkProvince$$' -benchtime 1x -timeout 24h -v ./cmd/canbao

lint: assets ## formatting, vet, staticcheck
	@unformatted="$$(gofmt -l $(ROOMS))"; \
	if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet -tags $(TAGS) ./...
	$(GO) vet -tags $(TAGS),canbao_unsealed ./etl/seal
	$(GO) tool staticcheck -tags $(TAGS) ./...

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12
