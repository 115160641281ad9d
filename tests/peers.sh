# Sourced by run.sh and bench.sh: the real servers and clients that the tests need, from Debian packages.

# install_peers LOG: installs what is missing. Nothing is started by it.
install_peers() {
  local wanted=(prosody chromium rspamd lua-unbound ejabberd postfix swaks python3 python3-slixmpp python3-dkim python3-nacl python3-authheaders python3-spf bind9-dnsutils knot unbound procps strace libfaketime util-linux libgnutls-dane0 libidn12 libnsl2 libevent-2.1-7) missing=() package sudo=
  for package in "${wanted[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  echo "Installing ${missing[*]}"
  [ "$(id -u)" -eq 0 ] || sudo=sudo

  # Installed services must not start: invoke-rc.d asks policy-rc.d.
  local policy=/usr/sbin/policy-rc.d made=
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' | $sudo tee $policy >/dev/null && $sudo chmod 755 $policy && made=1
  fi
  echo "postfix postfix/main_mailer_type select No configuration" | $sudo debconf-set-selections
  $sudo apt-get -o DPkg::Lock::Timeout=300 update >"$1" 2>&1
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}" >>"$1" 2>&1
  local outcome=$?
  [ -n "$made" ] && $sudo rm -f $policy
  [ $outcome -eq 0 ] || tail -20 "$1" >&2
  return $outcome
}

# unpack_peers FOLDER LOG: as packages Debian's mail servers exclude each other, so these are only unpacked, and run from there.
unpack_peers() {
  [ -x "$1/usr/sbin/exim4" ] && [ -x "$1/usr/sbin/smtpd" ] && return 0
  echo "Unpacking Exim and OpenSMTPD"
  mkdir -p "$1/packages" && (
    cd "$1/packages" || exit 1
    apt-get download exim4-daemon-light opensmtpd || { apt-get update && apt-get download exim4-daemon-light opensmtpd; } || exit 1
    for package in ./*.deb; do dpkg -x "$package" .. || exit 1; done
  ) >>"$2" 2>&1
}

# clean_up FOLDER: whatever a broken run left behind works in our folder. Exactly those processes are ended.
clean_up() {
  local process cwd
  for process in /proc/[0-9]*; do
    cwd=$(readlink "$process/cwd" 2>/dev/null) || continue
    case $cwd in "$1"/*) kill -KILL "${process#/proc/}" 2>/dev/null ;; esac
  done
  rm -rf "$1"
}
