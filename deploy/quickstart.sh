#!/bin/bash
# See it work: starts a private Prosody and the gateway on free loopback ports, sends a mail to a chat user and the user's
# answer back as mail, and shows both. Stays up until Ctrl-C; with --once it ends after the exchange, with 0 or 1.
# Nothing outside a temporary folder is written, apart from missing Debian packages.
set -euo pipefail
cd "$(dirname "$0")/.."

case "${1:-}" in
  "" | --once) ;;
  *) echo "Usage: $0 [--once]" >&2; exit 2 ;;
esac

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
fail() { echo "$*" >&2; exit 1; }

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
dotnet=$(command -v dotnet || echo "$HOME/.dotnet/dotnet")
[ -x "$dotnet" ] || fail "The .NET SDK 10 is missing: https://dotnet.microsoft.com/download says how to install it."

packages=()
[ -x /usr/bin/prosody ] || packages+=(prosody)
[ -x /usr/bin/swaks ] || packages+=(swaks)
/usr/bin/python3 -c 'import slixmpp' 2>/dev/null || packages+=(python3-slixmpp)
if [ ${#packages[@]} -gt 0 ]; then
  say "Installing ${packages[*]}"
  root=(); [ "$(id -u)" = 0 ] || root=(sudo)
  # Only the programs are wanted, not a Prosody for the whole machine: Debian asks policy-rc.d before it starts a service.
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive sh -ec '
    policy=/usr/sbin/policy-rc.d
    if [ ! -e $policy ]; then
      trap "rm -f $policy" EXIT
      printf "#!/bin/sh\nexit 101\n" > $policy
      chmod 755 $policy
    fi
    apt-get -o DPkg::Lock::Timeout=300 update -qq
    apt-get -o DPkg::Lock::Timeout=300 install -qq -y --no-install-recommends "$@"
    case " $* " in *" prosody "*) [ ! -d /run/systemd/system ] || systemctl --quiet disable prosody ;; esac
  ' sh "${packages[@]}" > /dev/null || fail "Could not install ${packages[*]}; install them by hand and run this again."
fi

say "Building (the first time takes a minute)"
"$dotnet" build src/SmtpTransport.Host -c Release -v q --nologo -clp:ErrorsOnly
export DOTNET_ROOT=${DOTNET_ROOT:-$(dirname "$(readlink -f "$dotnet")")}
gateway=$PWD/artifacts/bin/SmtpTransport.Host/release/smtp-transport

work=$(mktemp -d "${TMPDIR:-/tmp}/smtp-transport-quickstart.XXXXXX")
export TMPDIR=$work
started=()
finish() {
  trap '' INT TERM
  for process in "${started[@]}"; do kill "$process" 2>/dev/null || true; done
  for process in "${started[@]}"; do wait "$process" 2>/dev/null || true; done
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

read -r c2s component smtp web sink files < <(/usr/bin/python3 deploy/quickstart/free_ports.py 6)
mkdir -p "$work/data/chat%2eexample/accounts"
printf 'return {\n\t["password"] = "wonderland";\n};\n' > "$work/data/chat%2eexample/accounts/alice.dat"

cat > "$work/prosody.cfg.lua" <<END
run_as_root = true; daemonize = false; pidfile = "$work/prosody.pid"; data_path = "$work/data"
interfaces = { "127.0.0.1" }; local_interfaces = { "127.0.0.1" }; component_interfaces = { "127.0.0.1" }
c2s_ports = { $c2s }; c2s_direct_tls_ports = {}; component_ports = { $component }
c2s_require_encryption = false; allow_unencrypted_plain_auth = true; authentication = "internal_plain"; storage = "internal"
log = { { levels = { min = "info" }; to = "file"; filename = "$work/prosody.log" } }
modules_enabled = { "roster"; "saslauth"; "disco"; "carbons"; "pep"; "vcard_legacy"; "ping"; "posix"; "message"; "iq"; "presence"; "offline" }
modules_disabled = { "s2s" }
http_interfaces = { "127.0.0.1" }; http_ports = { $files }; https_ports = {}
http_default_host = "upload.chat.example"; http_external_url = "http://127.0.0.1:$files/"
VirtualHost "chat.example"
Component "upload.chat.example" "http_file_share"
  http_file_share_access = { "chat.example"; "smtp.chat.example" }
Component "smtp.chat.example"
  component_secret = "quickstart"
END

cat > "$work/smtp-transport.json" <<END
{
  "Xmpp": { "Server": "127.0.0.1:$component", "Domain": "smtp.chat.example", "Secret": "quickstart" },
  "Smtp": { "Listen": ["127.0.0.1:$smtp"], "Hostname": "mx.chat.example" },
  "Mail": { "Domains": { "chat.example": "chat.example" } },
  "Delivery": { "Relay": "smtp://127.0.0.1:$sink", "HoldFor": "0" },
  // Nobody here publishes anything, and the machine may have no DNS at all.
  "Inbound": { "Dmarc": "off" },
  "Storage": "Data Source=$work/gateway.db",
  "Web": { "Listen": "127.0.0.1:$web" }
}
END

say "Starting Prosody and the gateway"
/usr/bin/prosody --config "$work/prosody.cfg.lua" -F > "$work/prosody.out" 2>&1 &
started+=($!)
for _ in $(seq 100); do (exec 3<> "/dev/tcp/127.0.0.1/$component") 2>/dev/null && break; sleep 0.1; done
"$gateway" --config "$work/smtp-transport.json" > "$work/gateway.log" 2>&1 &
started+=($!)

# Not the last command: a signal must reach the trap while the exchange runs.
/usr/bin/python3 deploy/quickstart/exchange.py "$c2s" "$smtp" "$web" "$sink" "$@" &
exchange=$!
started+=("$exchange")
if wait "$exchange"; then exit 0; fi
echo "The exchange failed. The gateway's log:" >&2
tail -n 30 "$work/gateway.log" >&2
echo "Prosody's log:" >&2
tail -n 10 "$work/prosody.log" "$work/prosody.out" >&2 2>/dev/null || true
exit 1
