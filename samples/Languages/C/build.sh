#!/bin/sh
# smooth.c → smooth.wasm; needs clang and lld.
set -e
cd "$(dirname "$0")"
clang --target=wasm32 -std=c11 -O2 -Wall -Werror -mbulk-memory -nostdlib -ffreestanding -I . \
    -Wl,--no-entry -Wl,--stack-first -Wl,-z,stack-size=4096 -o "${1:-smooth.wasm}" smooth.c
