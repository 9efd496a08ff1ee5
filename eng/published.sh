# shellcheck shell=bash
# Sourced by what publishes the program, after eng/common.sh: published DIRECTORY FILE WHAT COMMAND has the command publish
# to a directory that it is told, unless the sources are older than the last time. The file is one that it makes.

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

# Files are compared with the start of the last build, so that a change during it is not lost;
# directories, which show removed files, with its end, because building adds some.
is_published() {
  local output=$1 file=$2 newer
  [[ -e $output/$file && -e $output.started && -e $output.built ]] || return 1
  newer=$(find "$root"/{src,bpf,eng,policies,netedit,global.json} "$root"/Directory.* \
    \( -name bin -o -name obj \) -prune -o \
    ! -name packages.lock.json \( -type f -newer "$output.started" -o -type d -newer "$output.built" \) -print -quit) || return 1
  [[ -z $newer ]]
}

replace() {
  local output=$1 command=$2
  rm -rf "$output.new"
  TMPDIR=$temporary "$command" "$output.new" && rm -rf "$output" && mv "$output.new" "$output"
}

published() {
  local output=$1 file=$2 what=$3 command=$4 lock
  if is_published "$output" "$file"; then return 0; fi
  mkdir -p "$root/artifacts"
  exec {lock}>"$output.lock"
  flock "$lock"
  # Another start may have built meanwhile.
  if ! is_published "$output" "$file"; then
    : >"$output.started.new"
    make_temporary
    step "$what" "$root/artifacts/logs/${output##*/}.log" replace "$output" "$command"
    mv "$output.started.new" "$output.started"
    : >"$output.built"
    drop_temporary
  fi
  exec {lock}>&-
}
