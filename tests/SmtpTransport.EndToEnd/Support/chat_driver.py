"""Chat clients for the scenarios: slixmpp sessions driven by JSON lines.

In:  {"do": "login", "client": "1", "jid": "alice@xmpp.test/phone", "password": "...", "port": 5222, "presence": true}
     {"do": "raw", "client": "1", "xml": "<message .../>"}   {"do": "logout", "client": "1"}
Out: {"client": "1", "event": "ready" | "failed" | "closed", "text": "..."}
     {"client": "1", "event": "stanza", "text": "<message .../>"}
"""
import asyncio
import json
import logging
import ssl
import sys

import slixmpp
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import MatchXPath

logging.getLogger('slixmpp').setLevel(logging.CRITICAL)
sessions = {}


def tell(client, event, text=''):
    sys.stdout.write(json.dumps({'client': client, 'event': event, 'text': text}) + '\n')
    sys.stdout.flush()


class Session(slixmpp.ClientXMPP):
    def __init__(self, client, command):
        super().__init__(command['jid'], command['password'])
        self.client, self.wants_presence, self.is_there = client, command['presence'], False
        # Scenarios answer subscriptions themselves.
        self.auto_authorize = None
        self['feature_mechanisms'].unencrypted_plain = True
        self.ssl_context.check_hostname = False
        self.ssl_context.verify_mode = ssl.CERT_NONE
        for plugin in ('xep_0030', 'xep_0199'):
            self.register_plugin(plugin)
        for kind in ('message', 'presence', 'iq'):
            self.register_handler(Callback(kind, MatchXPath('{jabber:client}' + kind), self.show))
        self.add_event_handler('session_start', self.started)
        self.add_event_handler('failed_all_auth', lambda _: tell(client, 'failed', 'authentication'))
        self.add_event_handler('connection_failed', lambda why: tell(client, 'failed', str(why)))
        self.add_event_handler('disconnected', lambda _: tell(client, 'closed'))
        self.connect(address=('127.0.0.1', command['port']), disable_starttls=False, force_starttls=False)

    def show(self, stanza):
        tell(self.client, 'stanza', str(stanza))
        # RFC 6121 section 4.2.2: a server sends presence to the client itself, too. Until then messages are stored for later, and
        # ejabberd keeps one that it was just storing until the next login.
        if stanza.name == 'presence' and stanza['from'] == self.boundjid and not self.is_there:
            self.is_there = True
            tell(self.client, 'ready', str(self.boundjid))

    async def started(self, _):
        # Servers tell of subscriptions only those who asked for the roster (RFC 6121 section 2.2).
        await self.get_roster()
        if self.wants_presence:
            self.send_presence()
        else:
            tell(self.client, 'ready', str(self.boundjid))


def obey(command):
    client = command['client']
    if command['do'] == 'login':
        sessions[client] = Session(client, command)
    elif command['do'] == 'raw':
        sessions[client].send_raw(command['xml'])
    elif command['do'] == 'logout':
        sessions.pop(client).disconnect(wait=1.0)


async def main():
    lines = asyncio.StreamReader(limit=1 << 24)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        obey(json.loads(line))


loop = asyncio.new_event_loop()
asyncio.set_event_loop(loop)
loop.run_until_complete(main())
