#!/bin/bash
# The one test command. Installs the real peers that the tests need (Debian packages, nothing is left running), builds,
# runs every test and closes with a line "N passed, N failed". Exit code 0 only if tests ran and all of them passed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

work=$(mktemp -d "${TMPDIR:-/tmp}/smtp-transport-tests.XXXXXX")
chmod 755 "$work" # Postfix drops its privileges and still has to get in.
results=$work/results
export TMPDIR=$work DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

# Whatever a broken run left behind works in our folder: exactly those processes are ended.
finish() {
  local cwd
  for process in /proc/[0-9]*; do
    cwd=$(readlink "$process/cwd" 2>/dev/null) || continue
    case $cwd in "$work"/*) kill -KILL "${process#/proc/}" 2>/dev/null ;; esac
  done
  rm -rf "$work"
}
trap finish EXIT

fail() {
  echo "$1" >&2
  echo "0 passed, 1 failed"
  exit 1
}

install_peers() {
  local wanted=(prosody ejabberd postfix swaks python3 python3-slixmpp bind9-dnsutils procps util-linux) missing=() package sudo=
  for package in "${wanted[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  echo "Installing ${missing[*]}"
  [ "$(id -u)" -eq 0 ] || sudo=sudo

  # Installed services must not start: invoke-rc.d asks policy-rc.d.
  local policy=/usr/sbin/policy-rc.d made=
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' | $sudo tee $policy >/dev/null && $sudo chmod 755 $policy && made=1
  fi
  echo "postfix postfix/main_mailer_type select No configuration" | $sudo debconf-set-selections
  $sudo apt-get -o DPkg::Lock::Timeout=300 update >"$work/apt.log" 2>&1
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}" >>"$work/apt.log" 2>&1
  local outcome=$?
  [ -n "$made" ] && $sudo rm -f $policy
  [ $outcome -eq 0 ] || { tail -20 "$work/apt.log" >&2; fail "The peers could not be installed."; }
}

run_tests() {
  timeout -k 15 "$2" dotnet test "tests/$1" -c Release --no-build --nologo --logger "trx;LogFileName=$1.trx" --results-directory "$results" "${@:3}"
}

# One number from the counters of all result files.
count() { grep -ho "<Counters [^>]*>" "$results"/*.trx 2>/dev/null | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{ sum += $1 } END { print sum + 0 }'; }

install_peers
echo "Building"
dotnet build SmtpTransport.sln -c Release -v q --nologo -warnaserror || fail "The build failed."
dotnet format whitespace SmtpTransport.sln --verify-no-changes --no-restore || fail "The formatting is not that of .editorconfig: run 'dotnet format whitespace'."

broken=0
run_tests SmtpTransport.Tests 300 "$@" || broken=1
run_tests SmtpTransport.EndToEnd 720 "$@" || broken=1

passed=$(count passed) failed=$(count failed) total=$(count total)
skipped=$((total - passed - failed))
# A test host that died leaves no count behind.
[ $broken -eq 1 ] && [ "$failed" -eq 0 ] && failed=1
[ "$skipped" -gt 0 ] && echo "$passed passed, $failed failed, $skipped skipped" || echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
