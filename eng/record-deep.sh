#!/usr/bin/env bash
# Writes what a deep run came to into the page on tests; test.sh --deep calls it.
#   eng/record-deep.sh PAGE PASSED FAILED SKIPPED SECONDS
set -euo pipefail
page=$1
begin='<!-- last deep run: written by ./test.sh --deep -->'
end='<!-- end of last deep run -->'
dirty=$(git status --porcelain --untracked-files=no)
row="| $(date -u +%Y-%m-%d) | $(git rev-parse --short=12 HEAD)${dirty:+, changed} | $2 passed, $3 failed, $4 skipped | $(($5 / 60)) min |"
awk -v begin="$begin" -v end="$end" -v row="$row" '
  $0 == begin { print; print "| date | commit | tests | time |"; print "| --- | --- | --- | --- |"; print row; skip = 1 }
  $0 == end { skip = 0 }
  !skip { print }
' "$page" >"$page.new"
mv "$page.new" "$page"
