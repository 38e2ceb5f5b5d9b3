.PHONY: build test race lint gen new bench ci

build: ; go build -o sesslint ./cmd/sesslint

test: ; go test ./...

race: ; go test -race ./...

lint: ; golangci-lint run

gen: ; go run ./internal/gen

new: ; go run ./internal/gen new -id "$(ID)"

bench: ; go run ./internal/bench "$(DIR)"

ci: ; .ci/run
