#!/usr/bin/env bash
# Makes the Debian package of a published program; prints its path.
#   eng/make-deb.sh PROGRAM DIRECTORY   from the directory PROGRAM, in DIRECTORY
# Needs git, for the version and the date, and dpkg-deb. Needs no root.
set -euo pipefail

root=$(readlink -f -- "${BASH_SOURCE[0]}")
root=${root%/eng/*}
. "$root/eng/common.sh"
umask 022
export LC_ALL=C TZ=UTC

(($# == 2)) || die "usage: eng/make-deb.sh PROGRAM DIRECTORY"
program=$(readlink -f -- "$1") directory=$2
[[ -f $program/netedit.dll ]] || die "$program is not a published program: it has no netedit.dll"
have dpkg-deb || die "dpkg-deb is missing; install the package dpkg"

git() {
  command git -c safe.directory="$root" -C "$root" "$@"
}

commit=$(git rev-parse --short=12 HEAD) || die "the version and the date of a package are those of a commit, and $root is not a clone"
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH

# The version of a release is that of its tag; between releases it sorts by the date of the commit, before the next release.
version() {
  local release
  release=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' "$root/Directory.Build.props")
  if [[ -n $(git status --porcelain) ]]; then
    printf '%s~git%s.%s+changed' "$release" "$(date -d "@$SOURCE_DATE_EPOCH" +%Y%m%d%H%M%S)" "$commit"
  elif [[ $(git tag --points-at HEAD) == *v"$release"* ]]; then
    printf '%s' "$release"
  else
    printf '%s~git%s.%s' "$release" "$(date -d "@$SOURCE_DATE_EPOCH" +%Y%m%d%H%M%S)" "$commit"
  fi
}

# The program runs by itself where the runtime is beside it, and else with the runtime of this machine.
netedit() {
  if [[ -e $program/libcoreclr.so ]]; then
    "$program/netedit" "$@"
  else
    dotnet "$program/netedit.dll" "$@"
  fi
}

# put FILE PLACE: a file for all to read; the directories above it are made.
put() {
  install -D -m 644 -- "$1" "$tree/$2"
}

put_program() {
  local lib=$tree/usr/lib/netedit
  mkdir -p "$lib" "$tree/usr/bin"
  cp -R "$program/." "$lib/"
  # Documentation of the code is not for those who run it.
  rm -f "$lib"/*.xml
  # Nothing but programs is executable; libraries are not.
  find "$lib" -type d -exec chmod 755 {} + -o -type f -exec chmod 644 {} +
  chmod 755 "$lib/netedit"
  [[ ! -e $lib/createdump ]] || chmod 755 "$lib/createdump"
  ln -s ../lib/netedit/netedit "$tree/usr/bin/netedit"
  # The program looks for the examples beside itself.
  mkdir -p "$tree/usr/share/netedit"
  mv "$lib/policies" "$tree/usr/share/netedit/policies"
  ln -s ../../share/netedit/policies "$lib/policies"
}

put_generated() {
  local page
  netedit completion bash >"$temporary/bash"
  netedit completion zsh >"$temporary/zsh"
  netedit completion fish >"$temporary/fish"
  netedit schema >"$temporary/schema"
  netedit docs man "$temporary/man"
  put "$temporary/bash" usr/share/bash-completion/completions/netedit
  put "$temporary/zsh" usr/share/zsh/vendor-completions/_netedit
  put "$temporary/fish" usr/share/fish/vendor_completions.d/netedit.fish
  put "$temporary/schema" usr/share/netedit/policy.schema.json
  for page in "$temporary"/man/*.1; do
    put "$page" "usr/share/man/man1/${page##*/}"
  done
  gzip -9n "$tree"/usr/share/man/man1/*.1
}

put_files() {
  local packaging=$root/packaging notices page
  put "$packaging/netedit.service" usr/lib/systemd/system/netedit.service
  put "$packaging/debian/host.yaml" etc/netedit/host.yaml
  mkdir -p "$tree/etc/netedit/policies.d"
  put "$packaging/prometheus/netedit.rules.yml" usr/share/netedit/prometheus/netedit.rules.yml
  put "$packaging/grafana/netedit.json" usr/share/netedit/grafana/netedit.json
  put "$packaging/debian/lintian-overrides" usr/share/lintian/overrides/netedit
  put "$root/docs/install.md" usr/share/doc/netedit/install.md
  put "$root/docs/policies.md" usr/share/doc/netedit/policies.md
  # The alerts point to their runbooks.
  for page in "$root"/docs/runbooks/*.md; do
    put "$page" "usr/share/doc/netedit/runbooks/${page##*/}"
  done
  put "$packaging/debian/copyright" usr/share/doc/netedit/copyright
  # What .NET itself carries, in its own words.
  notices=$program/THIRD-PARTY-NOTICES.TXT
  if [[ -e $notices ]]; then
    put "$notices" usr/share/doc/netedit/dotnet-third-party-notices.txt
    rm -f "$tree/usr/lib/netedit/THIRD-PARTY-NOTICES.TXT"
    gzip -9n "$tree/usr/share/doc/netedit/dotnet-third-party-notices.txt"
  fi
  put <(changelog) usr/share/doc/netedit/changelog
  gzip -9n "$tree/usr/share/doc/netedit/changelog"
}

changelog() {
  printf 'netedit (%s) unstable; urgency=medium\n\n' "$version"
  printf '  * Built from commit %s:\n' "$commit"
  git log -1 --format=%s | fold -s -w 74 | sed 's/^/    /; s/ *$//'
  printf '\n -- %s  %s\n' "$(sed -n 's/^Maintainer: //p' "$root/packaging/debian/control")" "$(date -R -d "@$SOURCE_DATE_EPOCH")"
}

put_control() {
  local control=$tree/DEBIAN script
  mkdir -p "$control"
  sed -e "s/@VERSION@/$version/; s/@ARCHITECTURE@/$architecture/" \
    -e "s/@SIZE@/$(du -k -s --apparent-size "$tree" | cut -f 1)/" "$root/packaging/debian/control" >"$control/control"
  (cd "$tree" && find etc -type f -printf '/%p\n' | sort) >"$control/conffiles"
  (cd "$tree" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$control/md5sums"
  for script in postinst prerm postrm; do
    install -m 755 "$root/packaging/debian/$script" "$control/$script"
  done
  chmod 644 "$control"/{control,conffiles,md5sums}
}

make_temporary
export TMPDIR=$temporary
tree=$temporary/tree
version=$(version)
architecture=$(dpkg --print-architecture)
put_program
put_generated
put_files
put_control
find "$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

mkdir -p "$directory"
package=$(readlink -f -- "$directory")/netedit_${version}_$architecture.deb
# Unpacked by Debian 12, which knows xz. With several threads it has the same bytes however many they are.
dpkg-deb --root-owner-group -Zxz --build "$tree" "$package.new" >&2
mv "$package.new" "$package"
printf '%s\n' "$package"
