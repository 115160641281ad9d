"""A mail server that takes everything and shows it: as much of SMTP as our gateway needs from a relay."""
import asyncio
import email
import email.policy


class MailSink:
    def __init__(self):
        self.mails = asyncio.Queue()

    async def start(self, port):
        await asyncio.start_server(self._serve, "127.0.0.1", port)

    async def _serve(self, reader, writer):
        async def say(*lines):
            writer.write("".join(line + "\r\n" for line in lines).encode())
            await writer.drain()

        await say("220 mail.example ESMTP")
        while line := await reader.readline():
            verb = line.split(b" ")[0].strip().upper()
            if verb == b"EHLO":
                await say("250-mail.example", "250-8BITMIME", "250-SMTPUTF8", "250 SIZE 30000000")
            elif verb == b"DATA":
                await say("354 Go on")
                await self.mails.put(await self._read_mail(reader))
                await say("250 2.0.0 Taken")
            elif verb == b"QUIT":
                await say("221 2.0.0 Bye")
                break
            else:
                await say("250 2.0.0 OK")
        writer.close()

    @staticmethod
    async def _read_mail(reader):
        lines = []
        while (line := await reader.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        return email.message_from_bytes(b"".join(lines), policy=email.policy.default)
