#!/usr/bin/env bash
# Builds and runs the benchmarks, all or those named, as root; writes bench/results/*.json, docs/benchmarks.md
# the costs in docs/features and docs/churn.svg. --pages measures nothing and writes them from the stored results.
# churn runs only when named, for 20 minutes or as told.
#   bench/run.sh [NAME…] [--minutes N]
#   bench/run.sh --pages
set -euo pipefail

cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
. eng/common.sh

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
export PATH=$PATH:/usr/sbin:/sbin

((EUID == 0)) || die "benchmarks attach programs to the kernel: run as root"
NETEDIT_PICTURES= eng/setup.sh run
make_temporary
export TMPDIR=$temporary
step "building" "$PWD/artifacts/logs/bench-build.log" dotnet build bench/NetEdit.Bench/NetEdit.Bench.csproj -c Release --disable-build-servers
# Some of them start the program as packages carry it, and churn starts it as the launcher builds it.
eng/publish-product.sh
./netedit version >/dev/null
dotnet bench/NetEdit.Bench/bin/Release/net10.0/NetEdit.Bench.dll "$PWD" "$@"
