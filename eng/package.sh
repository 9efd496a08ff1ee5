#!/usr/bin/env bash
# Builds the Debian package, for Debian 12 and 13 and the architecture of this machine, or an OCI image of it. The same commit gives
# the same bytes, with the same SDK and compilers.
#   eng/package.sh [DIRECTORY]           to artifacts/package, or to the directory; prints the path of the package
#   eng/package.sh --image [DIRECTORY]   makes an image of the package, too; prints the path of the image
set -euo pipefail

root=$(readlink -f -- "${BASH_SOURCE[0]}")
root=${root%/eng/*}
. "$root/eng/common.sh"

image=
if [[ ${1:-} == --image ]]; then
  image=1
  shift
fi
directory=${1:-$root/artifacts/package}

"$root/eng/publish-product.sh"
package=$("$root/eng/make-deb.sh" "$root/artifacts/product" "$directory")
if [[ -z $image ]]; then
  printf '%s\n' "$package"
else
  exec "$root/eng/make-image.sh" "$package" "$directory"
fi
