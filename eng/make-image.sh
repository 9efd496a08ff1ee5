#!/usr/bin/env bash
# Makes the OCI image of a Debian package of NetEdit: an archive that podman, skopeo and containerd import; prints its path.
#   eng/make-image.sh PACKAGE DIRECTORY
# It holds the program and the libraries that it needs from Debian 12, and nothing else: no shell, no package manager. Needs root, mmdebstrap and umoci.
set -euo pipefail

root=$(readlink -f -- "${BASH_SOURCE[0]}")
root=${root%/eng/*}
. "$root/eng/common.sh"
umask 022
export LC_ALL=C TZ=UTC

(($# == 2)) || die "usage: eng/make-image.sh PACKAGE DIRECTORY"
package=$(readlink -f -- "$1") directory=$2
[[ -f $package ]] || die "there is no package $1"
for tool in mmdebstrap umoci dpkg-deb; do
  have "$tool" || die "$tool is missing; install the package of that name"
done

version=$(dpkg-deb --field "$package" Version)
# Names of images have neither ~ nor +.
tag=${version//[~+]/-}
architecture=$(dpkg-deb --field "$package" Architecture)
SOURCE_DATE_EPOCH=$(dpkg-deb --fsys-tarfile "$package" | tar -t -v --full-time --utc ./usr/bin/netedit | awk '{ print $4 "T" $5 "Z" }' | date -u -f - +%s)
export SOURCE_DATE_EPOCH
made=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)

# The package lists of this machine, so that its mirrors are used.
sources() {
  local file
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
    [[ ! -e $file ]] || { cat "$file"; echo; }
  done
}

make_temporary
export TMPDIR=$temporary
tree=$temporary/tree
libraries=$(dpkg-deb --field "$package" Depends | sed 's/([^)]*)//g; s/ //g')
# Packages are only unpacked: no script of theirs runs, and what they would set up is not needed.
sources | mmdebstrap --quiet --variant=extract --architectures="$architecture" --include="$libraries,tzdata" \
  bookworm "$temporary/root.tar" - >&2
mkdir "$tree"
# Only the libraries and the texts of their licences, and the time zones, by which times are shown.
tar -x -C "$tree" -f "$temporary/root.tar" --wildcards './lib' './lib64' './usr/lib' './usr/share/doc/*/copyright' './usr/share/zoneinfo'
dpkg-deb -x "$package" "$tree"
rm -rf "$tree"/usr/share/{man,bash-completion,zsh,fish,lintian,grafana} "$tree/usr/lib/systemd"
mkdir -p "$tree"/{tmp,run/netedit,var/lib/netedit,proc,sys,dev}
chmod 1777 "$tree/tmp"
find "$tree" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +

layout=$temporary/image
umoci init --layout "$layout"
umoci new --image "$layout:$tag"
umoci insert --image "$layout:$tag" --history.created "$made" --history.created_by "eng/make-image.sh" "$tree" /
umoci config --image "$layout:$tag" --created "$made" --no-history --architecture "$architecture" --os linux \
  --config.entrypoint /usr/bin/netedit --config.cmd agent --config.cmd --policies --config.cmd /etc/netedit/policies.d \
  --config.env PATH=/usr/bin \
  --config.label "org.opencontainers.image.title=netedit" --config.label "org.opencontainers.image.version=$version"
umoci gc --layout "$layout"

mkdir -p "$directory"
image=$(readlink -f -- "$directory")/netedit_${version}_$architecture.oci.tar
tar -c -C "$layout" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -f "$image.new" .
mv "$image.new" "$image"
printf '%s\n' "$image"
