"""Alice's chat client."""
import asyncio
import logging

# Before the import, which remarks on the speed of its own parts.
logging.disable(logging.CRITICAL)
import slixmpp  # noqa: E402


class ChatUser(slixmpp.ClientXMPP):
    def __init__(self, jid, password):
        super().__init__(jid, password)
        self["feature_mechanisms"].unencrypted_plain = True
        self.online = asyncio.Event()
        self.messages = asyncio.Queue()
        self.add_event_handler("session_start", self._start)
        self.add_event_handler("message", self._message)

    def connect_to(self, port):
        self.connect(address=("127.0.0.1", port), disable_starttls=True, force_starttls=False)

    async def _start(self, _):
        await self.get_roster()
        self.send_presence()
        self.online.set()

    async def _message(self, message):
        if message["body"] or message["type"] == "error":
            await self.messages.put(message)
