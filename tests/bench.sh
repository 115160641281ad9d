#!/bin/bash
# Prints the performance table: our figures, a peer's in the same run, and the ratio. Parts may be named:
# in-prosody in-ejabberd checks out latency translate footprint files. Exit code 0 when every target was reached.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/peers.sh
work=$(mktemp -d "${TMPDIR:-/tmp}/smtp-transport-bench.XXXXXX")
chmod 755 "$work" # Postfix drops its privileges and still has to get in.
trap 'clean_up "$work"' EXIT
export TMPDIR=$work DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

install_peers "$work/apt.log"
dotnet publish src/SmtpTransport.Host -c Release -v q --nologo -o artifacts/bench/gateway
dotnet build tests/bench -c Release -v q --nologo
export SMTPTRANSPORT_EXECUTABLE=$PWD/artifacts/bench/gateway/smtp-transport
dotnet artifacts/bin/SmtpTransport.Bench/release/SmtpTransport.Bench.dll "$@"
