#!/usr/bin/env bash
# Publishes the program as packages carry it, with the runtime and compiled ahead of time as one, unless the sources are older.
#   eng/publish-product.sh      to artifacts/product
set -euo pipefail

root=$(readlink -f -- "${BASH_SOURCE[0]}")
root=${root%/eng/*}
. "$root/eng/common.sh"
. "$root/eng/published.sh"

# What it builds lies apart: the launcher's build has other packages. A continuous-integration build names no path of this
# machine, so the same commit gives the same bytes in any directory.
publish_product() {
  dotnet publish "$root/src/Agent/NetEdit.Agent.csproj" -c Release -p:IsProduct=true -p:ContinuousIntegrationBuild=true \
    --artifacts-path "$root/artifacts/product.build" -o "$1" --disable-build-servers
}

"$root/eng/setup.sh" run
published "$root/artifacts/product" netedit "building the product (some minutes the first time)" publish_product
