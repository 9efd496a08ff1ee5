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

# Long commands run in process groups of their own: a signal to this script ends them with all that they started, and nobody else.
groups=()
# How long they may take to undo what they hold, in seconds.
group_patience=30

# in_group COMMAND...: starts a command in a group of its own; its number is $!.
in_group() {
  set -m
  "$@" &
  set +m
  groups+=("$!")
}

# wait_for PID...: waits for such commands, and ends with the status of the last one.
wait_for() {
  local status=0
  wait "$@" || status=$?
  groups=()
  return "$status"
}

# Ends what still runs of the groups, by SIGTERM, and what is still there after a while by SIGKILL.
end_groups() {
  local group deadline=$((SECONDS + group_patience))
  for group in "${groups[@]}"; do
    kill -TERM -- "-$group" 2>/dev/null || true
  done
  for group in "${groups[@]}"; do
    while kill -0 -- "-$group" 2>/dev/null && ((SECONDS < deadline)); do
      sleep 0.1
    done
    if kill -KILL -- "-$group" 2>/dev/null; then
      wait "$group" 2>/dev/null || true
    fi
  done
  groups=()
}

on_exit() {
  stop_ticker
  drop_temporary
}

# on_signal NAME: ends as the signal does, but leaves nothing running.
on_signal() {
  trap '' TERM INT HUP
  stop_ticker
  ((${#groups[@]} == 0)) || say "ending what runs …"
  end_groups
  trap - "$1"
  on_exit
  kill -s "$1" $$
}

trap on_exit EXIT
for signal in TERM INT HUP; do
  # shellcheck disable=SC2064
  trap "on_signal $signal" "$signal"
done

# Says every 15 s that a step goes on, without a child process that could outlive it.
tick() {
  local start=$SECONDS never
  exec {never}<> <(:)
  while kill -0 $$ 2>/dev/null; do
    read -r -t 15 -u "$never" || true
    say "  … $1, $((SECONDS - start)) s"
  done
}

# beside WHAT COMMAND [-- COMMAND]...: runs commands at the same time, and waits for all.
beside() {
  local what=$1 command=() word pids=()
  shift
  say "$what …"
  tick "$what" &
  ticker=$!
  for word in "$@" --; do
    if [[ $word == -- ]]; then
      in_group "${command[@]}"
      pids+=("$!")
      command=()
    else
      command+=("$word")
    fi
  done
  wait_for "${pids[@]}"
  stop_ticker
}

# step WHAT LOG COMMAND...: runs the command with its output in the log, which is shown only when it fails.
step() {
  local what=$1 log=$2 status=0
  shift 2
  say "$what …"
  mkdir -p "${log%/*}"
  tick "$what" &
  ticker=$!
  in_group "$@" >"$log" 2>&1 </dev/null
  wait_for "$!" || status=$?
  stop_ticker
  if ((status != 0)); then
    tail -n 200 "$log" >&2
    say "failed: $what (exit $status; whole log: $log)"
  fi
  return "$status"
}
