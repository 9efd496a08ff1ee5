# shellcheck shell=bash
# Sourced by the scripts: messages and long steps. Data goes to stdout, these to stderr.

say() {
  printf 'netedit: %s\n' "$*" >&2
}

die() {
  say "$*"
  exit 1
}

have() {
  command -v "$1" >/dev/null 2>&1
}

ticker=

stop_ticker() {
  if [[ -n $ticker ]]; then
    kill "$ticker" 2>/dev/null || true
    wait "$ticker" 2>/dev/null || true
    ticker=
  fi
}

temporary=

# The .NET tools leave empty directories and sockets in the temporary directory: make one for TMPDIR.
# Short, because it holds sockets, whose paths are bounded.
make_temporary() {
  temporary=$(mktemp -d /tmp/netedit-XXXXXX)
}

drop_temporary() {
  if [[ -n $temporary ]]; then
    rm -rf "$temporary"
    temporary=
  fi
}

on_exit() {
  stop_ticker
  drop_temporary
}

trap on_exit EXIT

# Says every 15 s that a step goes on, without a child process that could outlive it.
tick() {
  local start=$SECONDS never
  exec {never}<> <(:)
  while kill -0 $$ 2>/dev/null; do
    read -r -t 15 -u "$never" || true
    say "  … $1, $((SECONDS - start)) s"
  done
}

# step WHAT LOG COMMAND...: runs the command with its output in the log, which is shown only when it fails.
step() {
  local what=$1 log=$2 status=0
  shift 2
  say "$what …"
  mkdir -p "${log%/*}"
  tick "$what" &
  ticker=$!
  "$@" >"$log" 2>&1 </dev/null || status=$?
  stop_ticker
  if ((status != 0)); then
    tail -n 200 "$log" >&2
    say "failed: $what (exit $status; whole log: $log)"
  fi
  return "$status"
}
