#!/usr/bin/env bash
# Writes what a part of a deep run came to into the page on tests; test.sh --deep calls it.
#   eng/record-deep.sh PAGE PART PASSED FAILED SKIPPED SECONDS
set -euo pipefail
page=$1
begin='<!-- last deep run: written by ./test.sh --deep -->'
end='<!-- end of last deep run -->'
dirty=$(git status --porcelain --untracked-files=no -- . ":!$page")
row="| $2 | $(date -u +%Y-%m-%d) | $(git rev-parse --short=12 HEAD)${dirty:+, changed} | $3 passed, $4 failed, $5 skipped | $(($6 / 60)) min |"
awk -v begin="$begin" -v end="$end" -v part="| $2 |" -v row="$row" '
  $0 == begin { inside = 1 }
  $0 == end { inside = 0 }
  inside && index($0, part) == 1 { print row; next }
  { print }
' "$page" >"$page.new"
mv "$page.new" "$page"
