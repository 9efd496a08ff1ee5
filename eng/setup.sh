#!/usr/bin/env bash
# Installs what is missing from the distribution.
#   eng/setup.sh run    what building and the demo need
#   eng/setup.sh test   also what the tests need
# With NETEDIT_KERNELS set, also what boots kernels, and with NETEDIT_SYSTEMD set what makes a disk with Debian for them; with
# NETEDIT_PICTURES set, and for tests, the font of the pictures.
# Needs root only when something is missing.
set -euo pipefail

root=${BASH_SOURCE[0]%/*}/..
[[ ${BASH_SOURCE[0]} == */* ]] || root=..
. "$root/eng/common.sh"
PATH=$PATH:/usr/sbin:/sbin

level=${1:-run}
[[ $level == run || $level == test ]] || die "usage: eng/setup.sh [run|test]"

have_any() {
  local name
  for name in "$@"; do
    if have "$name"; then return 0; fi
  done
  return 1
}

have_library() {
  compgen -G "/usr/lib/*/$1" >/dev/null || compgen -G "/lib/*/$1" >/dev/null || [[ -e /usr/lib64/$1 ]]
}

# Prometheus without its service: the package would start a daemon, and the tests only want the programs.
unpack_prometheus() {
  local work=$root/artifacts/tools/download
  rm -rf "$work"
  mkdir -p "$work/root"
  (cd "$work" && apt-get download prometheus)
  dpkg-deb -x "$work"/prometheus_*.deb "$work/root"
  mkdir -p "$root/artifacts/tools/bin"
  mv -f "$work"/root/usr/bin/prom* "$root/artifacts/tools/bin/"
  rm -rf "$work"
}

# Packages of services start and enable them; whoever only tests wants the programs.
without_services() {
  local policy=/usr/sbin/policy-rc.d units=() unit
  local wanted=(docker.service docker.socket containerd.service podman.service podman.socket podman-restart.service podman-auto-update.timer)
  for unit in "${wanted[@]}"; do
    [[ -e /lib/systemd/system/$unit || -e /usr/lib/systemd/system/$unit ]] || units+=("$unit")
  done
  if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  fi
  "$@"
  for unit in "${units[@]}"; do
    [[ ! -e /lib/systemd/system/$unit ]] || ! have systemctl || systemctl disable "$unit" >/dev/null 2>&1 || true
  done
}

have dotnet || die "the .NET 10 SDK is missing (no dotnet in PATH); install it and try again"

missing=()
have_any clang-19 clang-18 clang-17 clang-16 clang-15 clang-14 clang || missing+=(clang)
have_any llvm-strip llvm-strip-19 llvm-strip-18 llvm-strip-17 llvm-strip-16 llvm-strip-15 llvm-strip-14 || missing+=(llvm)
[[ -e /usr/include/bpf/bpf_helpers.h ]] || missing+=(libbpf-dev)
[[ -e /usr/include/linux/bpf.h ]] || missing+=(linux-libc-dev)
have_library libbpf.so.1 || missing+=(libbpf1)
have_library libelf.so.1 || missing+=(libelf1)
{ have ip && have ss && have tc; } || missing+=(iproute2)
have nsenter || missing+=(util-linux)
have flock || missing+=(util-linux)
if [[ -v NETEDIT_KERNELS || -v NETEDIT_SYSTEMD ]]; then
  # Kernels that boot in emulated machines: their packages' modules are compressed with xz, and busybox is all they start.
  have qemu-system-x86_64 || missing+=(qemu-system-x86)
  have xz || missing+=(xz-utils)
  { have busybox && ! ldd "$(command -v busybox)" >/dev/null 2>&1; } || missing+=(busybox-static)
fi
if [[ -v NETEDIT_SYSTEMD ]]; then
  have debootstrap || missing+=(debootstrap)
  have mkfs.ext4 || missing+=(e2fsprogs)
fi
if [[ -v NETEDIT_PICTURES || $level == test ]]; then
  [[ -n $(find /usr/share/fonts -name DejaVuSans-Bold.ttf -print -quit 2>/dev/null) ]] || missing+=(fonts-dejavu-core)
fi
prometheus=
if [[ $level == test ]]; then
  have ps || missing+=(procps)
  have bpftool || missing+=(bpftool)
  # Tests of the package: its manual pages, its unit and its maintainer scripts.
  have mandoc || missing+=(mandoc)
  have systemd-analyze || missing+=(systemd)
  have deb-systemd-helper || missing+=(init-system-helpers)
  if [[ ${NETEDIT_DEEP:-} == 1 ]]; then
    # The package as hosts get it, and its image.
    have lintian || missing+=(lintian)
    have mmdebstrap || missing+=(mmdebstrap)
    have umoci || missing+=(umoci)
    # Real container runtimes, of which the tests start their own; their services stay off.
    have dockerd || missing+=(docker.io)
    have docker || missing+=(docker.io)
    have podman || missing+=(podman)
    have runc || missing+=(runc)
    have containerd || missing+=(containerd)
    { have busybox && ! ldd "$(command -v busybox)" >/dev/null 2>&1; } || missing+=(busybox-static)
  fi
  [[ -e /usr/include/linux/tcp.h ]] || missing+=(linux-libc-dev)
  [[ -e /usr/include/stdio.h ]] || missing+=(libc6-dev)
  { have prometheus && have promtool; } || [[ -x $root/artifacts/tools/bin/promtool ]] || prometheus=prometheus
fi

if ((${#missing[@]} == 0)) && [[ -z $prometheus ]]; then
  exit 0
fi

have apt-get || die "missing: ${missing[*]} $prometheus (names of Debian packages); no apt-get here, so install them yourself"
if ((${#missing[@]} > 0 && EUID != 0)); then
  die "missing: ${missing[*]}; run eng/setup.sh $level as root to install them"
fi

export DEBIAN_FRONTEND=noninteractive
logs=$root/artifacts/logs
if ((EUID == 0)); then
  step "reading the package lists" "$logs/apt-update.log" apt-get update -q -o DPkg::Lock::Timeout=300
fi
if ((${#missing[@]} > 0)); then
  step "installing ${missing[*]}" "$logs/apt-install.log" without_services \
    apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}"
fi
if [[ -n $prometheus ]]; then
  step "unpacking prometheus" "$logs/prometheus.log" unpack_prometheus
fi
