#!/usr/bin/env bash
# Compiles one BPF source: keeps BTF, drops DWARF, names no path of this machine. Run from the directory of bpf/.
# usage: bpf-compile.sh SOURCE OUTPUT   (NETEDIT_CLANG chooses the compiler; 14 and 19 are tested)
#        bpf-compile.sh --version       says which compiler that is
set -euo pipefail

find_tool() { # the first of these commands that exists
  local name
  for name in "$@"; do command -v "$name" 2>/dev/null && return; done
  echo "none of these is installed: $*; run eng/setup.sh" >&2
  return 1
}

clang=${NETEDIT_CLANG:-$(find_tool clang-19 clang clang-18 clang-17 clang-16 clang-15 clang-14)}
version=$("$clang" -dumpversion)
if [[ $1 == --version ]]; then
  echo "clang $version"
  exit
fi
source=$1 output=$2
strip=$(find_tool "llvm-strip-${version%%.*}" llvm-strip llvm-strip-19 llvm-strip-14)
multiarch=(/usr/include/*-linux-gnu)

mkdir -p "$(dirname "$output")"
"$clang" -target bpf -mcpu=v3 -O2 -g -Wall -Wextra -Wno-unused-parameter -Werror \
  -ffile-prefix-map="$PWD"=. -Iinclude -isystem "${multiarch[0]}" -c "$source" -o "$output.tmp"
"$strip" -g "$output.tmp"
mv "$output.tmp" "$output"
