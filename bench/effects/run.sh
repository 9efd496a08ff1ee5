#!/usr/bin/env bash
# Measures what tuning does for applications, all effects or those named, in guests with a real bottleneck and a clock of their own; writes
# bench/effects/results/*.json, docs/effects/ and the table in README.md. The default kernel is the newest 6.12 of the distribution.
#   bench/effects/run.sh [EFFECT…] [--kernel NAME] [--repetitions N]
#   bench/effects/run.sh --pages     only writes docs/effects/ and the table again, from the results there are
set -euo pipefail

cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
. eng/common.sh

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
export PATH=$PATH:/usr/sbin:/sbin

NETEDIT_KERNELS=effects NETEDIT_PICTURES= eng/setup.sh run
make_temporary
export TMPDIR=$temporary
step "building" "$PWD/artifacts/logs/effects-build.log" dotnet build bench/effects/NetEdit.Effects/NetEdit.Effects.csproj -c Release --disable-build-servers
dotnet bench/effects/NetEdit.Effects/bin/Release/net10.0/netedit-effects.dll "$@"
