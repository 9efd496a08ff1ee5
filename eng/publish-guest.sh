#!/usr/bin/env bash
# Publishes what guests of the kernel matrix run: the agent as ./netedit builds it, and the driver of the checks.
set -euo pipefail
root=${BASH_SOURCE[0]%/*}/..
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
"$root/netedit" version
dotnet publish "$root/tests/Kernels.Guest/NetEdit.Kernels.Guest.csproj" -c Release -o "$root/artifacts/kernels/guest" --disable-build-servers
