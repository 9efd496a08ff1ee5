#!/usr/bin/env bash
# Makes a Debian package with the same files and a later version, for tests of upgrades.
#   eng/later-deb.sh PACKAGE OUTPUT
set -euo pipefail

root=$(readlink -f -- "${BASH_SOURCE[0]}")
root=${root%/eng/*}
. "$root/eng/common.sh"

(($# == 2)) || die "usage: eng/later-deb.sh PACKAGE OUTPUT"
make_temporary
dpkg-deb --raw-extract "$1" "$temporary/tree"
sed -i 's/^Version: .*/Version: 99/' "$temporary/tree/DEBIAN/control"
dpkg-deb --root-owner-group -Znone --build "$temporary/tree" "$2" >&2
