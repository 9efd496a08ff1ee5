#!/usr/bin/env bash
# Sets up, builds with warnings as errors and runs the tests. The last line is "N passed, N failed, N skipped".
#   ./test.sh                          what bears on every change: some 20 minutes on two cores
#   ./test.sh --deep                   everything: every fault at every call, long churn, a kernel of each series
#   ./test.sh [--deep] PART...         some of it: parts, end-to-end, faults, kernels, systemd (which the first leaves out)
#   ./test.sh --all-kernels            several kernels of each series, which writes docs/kernel-matrix.md
#   ./test.sh --kernels "NAMES"        these kernels of the distribution
#   ./test.sh OPTIONS                  without kernels; the options are those of dotnet test: --filter FullyQualifiedName~Tcp
# docs/testing.md says what each part tests and how long it takes.
set -euo pipefail

cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
. eng/common.sh

deep=
case ${1:-} in
  '' | parts | end-to-end | faults | kernels | systemd)
    export NETEDIT_KERNELS=ends
    ;;
  --deep)
    deep=1
    export NETEDIT_DEEP=1 NETEDIT_KERNELS=series
    shift
    ;;
  --all-kernels)
    export NETEDIT_KERNELS=all
    shift
    ;;
  --kernels)
    export NETEDIT_KERNELS=${2:?names of kernels}
    shift 2
    ;;
esac
only=
while [[ ${1:-} =~ ^(parts|end-to-end|faults|kernels|systemd)$ ]]; do
  only+=" $1 "
  shift
done
options=("$@")
# The usual run has no time for it: the package takes minutes to build, the disk with Debian and its guest as long again.
[[ -z $deep || -n $only ]] && [[ $only != *" systemd "* ]] || export NETEDIT_SYSTEMD=1
export NETEDIT_PROGRESS=/proc/$$/fd/2
# Two that write to one file overwrite each other, unless both append.
for stream in 1 2; do
  [[ ! -f /proc/$$/fd/$stream ]] || eval "exec $stream>>$(printf %q "$(readlink /proc/$$/fd/$stream)")"
done

readonly shares=4
logs=$PWD/artifacts/logs
results=$PWD/artifacts/test-results
passed=0 failed=0 skipped=0
started=$SECONDS
times=
failures=$(mktemp)
trap 'on_exit; rm -f "$failures"' EXIT

fail() {
  failed=$((failed + 1))
  printf 'failed: %s\n' "$*" >>"$failures"
}

# What failed stands at the end, where one looks first.
summary() {
  stop_ticker
  say "time: ${times}in all $((SECONDS - started)) s"
  cat "$failures"
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
}

# What keeps the tests from running counts as a failure.
stop() {
  failed=$((failed + 1))
  summary
  exit 1
}

# timed NAME COMMAND...: runs a part and notes how long it took.
timed() {
  local name=$1 start=$SECONDS status=0
  shift
  "$@" || status=$?
  times+="$name $((SECONDS - start)) s, "
  return "$status"
}

# part NAME COMMAND: runs a part that is wanted, and notes on the page on tests what a deep run of it came to.
part() {
  local name=$1 start=$SECONDS before=("$passed" "$failed" "$skipped")
  [[ -z $only || $only == *" $name "* ]] || return 0
  timed "$name" "$2"
  [[ -z $deep ]] || eng/record-deep.sh docs/testing.md "$name" "$((passed - before[0]))" "$((failed - before[1]))" "$((skipped - before[2]))" "$((SECONDS - start))"
}

# counter NAME LINE: a number of the Counters element of a trx file.
counter() {
  [[ $2 =~ \ $1=\"([0-9]+)\" ]] && printf '%s' "${BASH_REMATCH[1]}" || printf 0
}

# failed_tests TRX: the names of tests that failed, each with the beginning of its message.
failed_tests() {
  awk '
    /<UnitTestResult / { lines = 0; if (/outcome="Failed"/) { match($0, /testName="[^"]*"/); print "failed: " substr($0, RSTART + 10, RLENGTH - 11); lines = 12 } }
    /<Message>/ { message = 1 }
    /<StackTrace>/ { message = 0 }
    message && lines > 0 { last = /<\/Message>/; gsub(/^ *<Message>|<\/Message>/, ""); print "  " $0; lines = last ? 0 : lines - 1 }
  ' "$1" | sed -e 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&#x[AD];//g; s/&amp;/\&/g'
}

# run PROJECT RUN: runs the tests of a project; RUN names its log and its results. What it ended with, and after how many
# seconds, is left beside them.
run() {
  local name=${1##*/} run=$2 status=0 hang=10m filter=() start=$SECONDS
  name=${name%.csproj}
  # Emulated machines are slow, and slower beside each other; a scenario of faults may wait for those before it.
  [[ ! $name =~ ^NetEdit\.(Kernels|Faults|Systemd)\.Tests$ ]] || hang=60m
  [[ -n $deep || ${#options[@]} -gt 0 ]] || filter=(--filter "Depth!=Deep")
  dotnet test "${1%/*}/bin/Release/net10.0/$name.dll" --results-directory "$results" \
    --logger "trx;LogFileName=$run.trx" --logger "console;verbosity=normal" \
    --blame-hang-timeout "$hang" --blame-hang-dump-type none "${filter[@]}" "${options[@]}" >"$logs/test-$run.log" 2>&1 </dev/null || status=$?
  printf '%d' "$status" >"$results/$run.status"
  printf '%d' "$((SECONDS - start))" >"$results/$run.seconds"
}

# count RUN...: counts the tests of runs that are over.
count() {
  local run line total executed ok status all=0
  for run in "$@"; do
    line=$(grep -o -m 1 '<Counters [^>]*' "$results/$run.trx" 2>/dev/null || true)
    status=$(cat "$results/$run.status" 2>/dev/null || echo none)
    total=$(counter total "$line")
    executed=$(counter executed "$line")
    ok=$(counter passed "$line")
    all=$((all + total))
    say "  $run: $ok of $executed passed, $((total - executed)) not run, $(cat "$results/$run.seconds" 2>/dev/null || echo 0) s"
    passed=$((passed + ok))
    failed=$((failed + executed - ok))
    skipped=$((skipped + total - executed))
    if ((executed != ok)); then
      failed_tests "$results/$run.trx" >>"$failures"
    elif [[ $status != 0 ]]; then
      # A crash of the test process, say.
      fail "$run ended with exit $status although its tests passed; see $logs/test-$run.log"
    fi
  done
  ((all > 0 || ${#options[@]} > 0)) || fail "$* ran no test"
}

# projects NAME: the project files of the solution whose names end so.
projects() {
  grep -o "\"[^\"]*$1\\.csproj\"" NetEdit.sln | sed 's,\\,/,g; s,",,g'
}

# all_ran: no project with tests was forgotten.
all_ran() {
  local project name
  for project in $(projects '\.Tests'); do
    name=${project##*NetEdit.}
    name=${name%.csproj}
    [[ ! -v NETEDIT_KERNELS && $name == Kernels.Tests || ! -v NETEDIT_SYSTEMD && $name == Systemd.Tests ]] || compgen -G "$results/$name*.status" >/dev/null || fail "$name was not run: test.sh does not name it"
  done
}

# in_turn NAME...: runs the tests of projects one after the other.
in_turn() {
  local name
  for name in "$@"; do
    run "$(projects "\\.$name")" "$name"
  done
}

# Those that need no kernel run beside those that do: the latter wait for the kernel, and for each other.
units() {
  local kernel=(Lab.Tests Adapter.Tests Features.Tests) pure=(PolicyEngine.Tests Agent.Tests)
  beside "testing the parts" in_turn "${kernel[@]}" -- in_turn "${pure[@]}"
  count "${kernel[@]}" "${pure[@]}"
}

share() {
  NETEDIT_SHARE=$1/$shares NETEDIT_SHARES=$temporary/shares run "$(projects EndToEnd.Tests)" "EndToEnd.Tests-$1"
}

end_to_end() {
  mkdir "$temporary/shares"
  beside "testing end to end, in $shares processes" share 1 -- share 2 -- share 3 -- share 4
  count EndToEnd.Tests-{1,2,3,4}
}

faults() {
  beside "testing faults" run "$(projects Faults.Tests)" Faults.Tests
  count Faults.Tests
}

# Other kernels where they are asked for, and beside them what gives effects: in a deep run on other kernels, too.
kernels() {
  local runs=(Effects.Tests) others=()
  if [[ -v NETEDIT_KERNELS ]]; then
    runs+=(Kernels.Tests)
    others=(-- in_turn Kernels.Tests)
  fi
  beside "testing kernels" in_turn Effects.Tests "${others[@]}"
  count "${runs[@]}"
}

# The package on a host of its own.
systemd() {
  [[ -v NETEDIT_SYSTEMD ]] || return 0
  beside "testing the package under systemd" in_turn Systemd.Tests
  count Systemd.Tests
}

# One process compiles all projects, which takes half the time: 76 s instead of 150. Its socket is in this run's own directory.
compile() {
  local status=0
  dotnet build NetEdit.sln -c Release --no-restore -warnaserror -p:UseSharedCompilation=true -nodeReuse:false || status=$?
  dotnet build-server shutdown --vbcscompiler
  return "$status"
}

build() {
  step "restoring" "$logs/restore.log" dotnet restore --locked-mode NetEdit.sln --disable-build-servers &&
    step "building" "$logs/test-build.log" compile &&
    # The program as users have it: compiled ahead of time.
    step "building the program" "$logs/program.log" ./netedit version
}

formatted() {
  dotnet tool restore && dotnet csharpier check .
}

format() {
  step "checking the format" "$logs/format.log" formatted || fail "the format; dotnet csharpier format . mends it"
}

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
export PATH=$PWD/artifacts/tools/bin:$PATH:/usr/sbin:/sbin

set_up() {
  in_group eng/setup.sh test
  wait_for "$!"
}

# The product trusts no plugin in a place where others may write, and tests start it as another user.
say_if_out_of_place() {
  local place=$PWD mode owner
  while :; do
    read -r mode owner < <(stat -c '%a %u' "$place")
    if ((owner != 0 || (8#$mode & 8#022) || !(8#$mode & 8#001))); then
      say "many tests will fail here: $place must be root's, closed to the writing of others, and open to their reading"
    fi
    [[ $place != / ]] || break
    place=$(dirname -- "$place")
  done
}

((EUID != 0)) || say_if_out_of_place
timed "set-up" set_up || stop
make_temporary
export TMPDIR=$temporary
timed "build" build || stop
export NETEDIT_PROGRAM=$PWD/artifacts/netedit/netedit.dll
timed "format" format

rm -rf "$results"
mkdir -p "$results"
part "parts" units
part "end-to-end" end_to_end
part "faults" faults
part "kernels" kernels
part "systemd" systemd
[[ -n $only ]] || all_ran

summary
((failed == 0))
