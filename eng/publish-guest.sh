#!/usr/bin/env bash
# Publishes what guests of the kernel matrix and of the effects run: the agent as ./netedit builds it, and a program that drives it.
#   eng/publish-guest.sh PROJECT OUTPUT
set -euo pipefail
root=${BASH_SOURCE[0]%/*}/..
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
"$root/netedit" version
dotnet publish "$root/$1" -c Release -o "$2" --disable-build-servers
