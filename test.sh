#!/usr/bin/env bash
# Sets up, builds with warnings as errors, checks the format and runs every test. The last line is "N passed, N failed, N skipped".
#   ./test.sh [--all-kernels | --kernels "NAMES"] [options of dotnet test, for example --filter FullyQualifiedName~Tcp]
# The distribution's kernels are booted too: one of each series, several (which writes docs/kernel-matrix.md), or those named. With other options
# they are left out.
set -euo pipefail

cd -- "$(dirname -- "${BASH_SOURCE[0]}")"
. eng/common.sh

case ${1:-} in
  '')
    export NETEDIT_KERNELS=
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
export NETEDIT_PROGRESS=/proc/$$/fd/2
# Two that write to one file overwrite each other, unless both append.
for stream in 1 2; do
  [[ ! -f /proc/$$/fd/$stream ]] || eval "exec $stream>>$(printf %q "$(readlink /proc/$$/fd/$stream)")"
done

logs=$PWD/artifacts/logs
results=$PWD/artifacts/test-results
passed=0 failed=0 skipped=0
failures=$(mktemp)
trap 'on_exit; rm -f "$failures"' EXIT

# What failed stands at the end, where one looks first.
summary() {
  stop_ticker
  cat "$failures"
  printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
}

# What keeps the tests from running counts as a failure.
stop() {
  failed=$((failed + 1))
  summary
  exit 1
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

run_project() {
  local project=$1 name directory status=0 line total executed ok hang=10m
  name=${project##*/}
  name=${name%.csproj}
  directory=${project%/*}
  # Emulated machines are slow, and slower beside each other.
  [[ $name != NetEdit.Kernels.Tests ]] || hang=30m
  shift
  step "testing $name" "$logs/test-$name.log" \
    dotnet test "$directory/bin/Release/net10.0/$name.dll" --results-directory "$results" \
    --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=normal" \
    --blame-hang-timeout "$hang" --blame-hang-dump-type none "$@" || status=$?

  line=$(grep -o -m 1 '<Counters [^>]*' "$results/$name.trx" 2>/dev/null || true)
  total=$(counter total "$line")
  executed=$(counter executed "$line")
  ok=$(counter passed "$line")
  say "  $ok of $executed passed, $((total - executed)) not run"
  passed=$((passed + ok))
  failed=$((failed + executed - ok))
  skipped=$((skipped + total - executed))
  ((executed == ok)) || failed_tests "$results/$name.trx" >>"$failures"
  if ((total == 0 && $# == 0)); then
    echo "failed: $name ran no test" >>"$failures"
    failed=$((failed + 1))
  elif ((status != 0 && executed == ok)); then
    # A crash of the test process, say.
    echo "failed: $name ended with exit $status although its tests passed; see $logs/test-$name.log" >>"$failures"
    failed=$((failed + 1))
  fi
}

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
export PATH=$PWD/artifacts/tools/bin:$PATH:/usr/sbin:/sbin

eng/setup.sh test || stop
make_temporary
export TMPDIR=$temporary
step "restoring" "$logs/restore.log" dotnet restore --locked-mode NetEdit.sln --disable-build-servers || stop
step "building" "$logs/test-build.log" dotnet build NetEdit.sln -c Release --no-restore -warnaserror --disable-build-servers || stop
step "checking the format" "$logs/format.log" dotnet format NetEdit.sln --verify-no-changes --no-restore || { failed=$((failed + 1)); echo "failed: the format; dotnet format NetEdit.sln mends it" >>"$failures"; }

rm -rf "$results"
mkdir -p "$results"
# Whoever chooses among tests does not want to wait for emulated machines.
left_out=$([[ -v NETEDIT_KERNELS ]] && echo '^$' || echo Kernels.Tests)
mapfile -t projects < <(grep -o '"[^"]*\.Tests\.csproj"' NetEdit.sln | grep -v "$left_out" | sed 's,\\,/,g; s,",,g')
((${#projects[@]} > 0)) || stop

# One after another: kernel tests watch what the kernel holds as a whole.
for project in "${projects[@]}"; do
  run_project "$project" "$@"
done

summary
((failed == 0))
