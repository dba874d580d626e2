#!/bin/sh
# Generates gen/ from the contract. Needs protoc, protoc-gen-go and protoc-gen-go-grpc on PATH.
set -eu
cd "$(dirname "$0")"
rm -rf gen && mkdir gen
proto=../../proto
set --
for file in "$proto"/banmian/v1/*.proto; do
    name=banmian/v1/$(basename "$file")
    set -- "$@" "--go_opt=M$name=banmian.example/client/gen" "--go-grpc_opt=M$name=banmian.example/client/gen"
done
# The contract names no language-specific packages: each client sets its own.
protoc -I"$proto" --go_out=gen --go_opt=module=banmian.example/client/gen \
    --go-grpc_out=gen --go-grpc_opt=module=banmian.example/client/gen "$@" "$proto"/banmian/v1/*.proto
