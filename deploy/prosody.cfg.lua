-- Prosody 0.12 with the gateway as a component. In an existing configuration only the two Component blocks are needed.
modules_enabled = {
  "roster"; "saslauth"; "tls"; "dialback"; "disco"; "carbons"; "pep"; "private"; "blocklist"; "vcard4"; "vcard_legacy";
  "version"; "time"; "ping"; "mam"; "smacks"; "csi_simple"; "limits"; "posix"
}
authentication = "internal_hashed"
archive_expires_after = "1w"
log = { info = "*console" }

-- Where components connect. The link is not encrypted: keep it on loopback, or on a private network as with compose.yaml.
component_ports = { 5347 }
component_interfaces = { "*" }

VirtualHost "example.org"

-- Files of mails, and of users. A list of who may upload takes the place of "every host here": so the gateway is in it.
Component "upload.example.org" "http_file_share"
  http_file_share_size_limit = 26214400
  http_file_share_daily_quota = 262144000
  http_file_share_access = { "example.org"; "smtp.example.org" }

-- "smtp" below the users' domain: then clients find the gateway, and Xmpp:Users needs no setting.
Component "smtp.example.org"
  component_secret = "change-me"
  name = "E-mail"
