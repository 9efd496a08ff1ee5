#!/usr/bin/env bash
# Builds the Debian package, for Debian 12 and 13 and the architecture of this machine. The same commit gives the same bytes,
# with the same SDK and compilers.
#   eng/package.sh [DIRECTORY]   to artifacts/package, or to the directory; prints the path of the package
set -euo pipefail

root=$(readlink -f -- "${BASH_SOURCE[0]}")
root=${root%/eng/*}
. "$root/eng/common.sh"

"$root/eng/publish-product.sh"
exec "$root/eng/make-deb.sh" "$root/artifacts/product" "${1:-$root/artifacts/package}"
