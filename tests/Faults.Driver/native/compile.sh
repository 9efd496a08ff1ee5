#!/bin/sh
# Compiles the seam and the prober with whichever compiler there is (eng/setup.sh test). usage: compile.sh OUTPUT-DIRECTORY
set -eu
sources=${0%/*} output=$1
for name in cc gcc clang clang-19 clang-18 clang-17 clang-16 clang-15 clang-14; do
  if command -v "$name" >/dev/null; then compiler=$name; break; fi
done
mkdir -p "$output"
"${compiler:?no C compiler; run eng/setup.sh test}" -O2 -Wall -Wextra -Werror -shared -fPIC -o "$output/libnetedit-faults.so" "$sources/faults.c" "$sources/files.c" -ldl -lpthread
"$compiler" -O2 -Wall -Wextra -Werror -o "$output/netedit-prober" "$sources/prober.c"
