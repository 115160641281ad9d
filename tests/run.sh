#!/bin/bash
# The one test command. Installs the real peers that the tests need (Debian packages, nothing is left running), builds,
# runs every test and closes with a line "N passed, N failed". Exit code 0 only if tests ran and all of them passed.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

work=$(mktemp -d "${TMPDIR:-/tmp}/smtp-transport-tests.XXXXXX")
chmod 755 "$work" # Postfix drops its privileges and still has to get in.
results=$work/results
export TMPDIR=$work DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

. tests/peers.sh
trap 'clean_up "$work"' EXIT

fail() {
  echo "$1" >&2
  echo "0 passed, 1 failed"
  exit 1
}

run_tests() {
  timeout -k 15 "$2" dotnet test "tests/$1" -c Release --no-build --nologo --logger "trx;LogFileName=$1.trx" --results-directory "$results" "${@:3}"
}

# One number from the counters of all result files.
count() { grep -ho "<Counters [^>]*>" "$results"/*.trx 2>/dev/null | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | awk '{ sum += $1 } END { print sum + 0 }'; }

install_peers "$work/apt.log" || fail "The peers could not be installed."
export SMTPTRANSPORT_PEERS=${SMTPTRANSPORT_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/smtp-transport/peers}
unpack_peers "$SMTPTRANSPORT_PEERS" "$work/apt.log" || fail "Exim and OpenSMTPD could not be unpacked."
echo "Building"
dotnet build SmtpTransport.sln -c Release -v q --nologo -warnaserror || fail "The build failed."

broken=0
run_tests SmtpTransport.Tests 600 "$@" || broken=1
run_tests SmtpTransport.EndToEnd 1800 "$@" || broken=1
dotnet format whitespace SmtpTransport.sln --verify-no-changes --no-restore || { broken=1; echo "The formatting is not that of .editorconfig: run 'dotnet format whitespace'." >&2; }

# What injected faults and fuzzing came to.
grep -hoE '((Prosody|Ejabberd): |[0-9]+ (mutations|conversations|streams|texts)\b)[^<]*' "$results"/*.trx | sort -u

passed=$(count passed) failed=$(count failed) total=$(count total)
skipped=$((total - passed - failed))
# Neither a test host that died nor bad formatting is in the counts.
[ $broken -eq 1 ] && [ "$failed" -eq 0 ] && failed=1
[ "$skipped" -gt 0 ] && echo "$passed passed, $failed failed, $skipped skipped" || echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
