# canbao: what can be made. `make help` lists it.
GO   ?= go
TAGS := duckdb_arrow

.PHONY: test lint build help

test: lint ## everything tested
	$(GO) test -tags $(TAGS) ./...

lint: ## formatting and vet
	@unformatted="$$(gofmt -l cmd etl models reports sql 2>/dev/null)"; \
	if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet -tags $(TAGS) ./...

build: ## compile every package
	$(GO) build -tags $(TAGS) ./...

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12
