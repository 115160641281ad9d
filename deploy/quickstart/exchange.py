"""Sends a mail to a chat user and the user's answer back as mail, shows both, then shows whatever else comes by."""
import asyncio
import sys
import time
import urllib.error
import urllib.request

from chat_user import ChatUser
from mail_sink import MailSink

PATIENCE = 30
WIDTH = 78


def frame(title, lines):
    print(f"\n+-- {title} " + "-" * max(0, WIDTH - len(title) - 5))
    for line in lines:
        print("|", line)
    print("+" + "-" * (WIDTH - 1), flush=True)


def show_message(title, message):
    who = message["from"].bare
    lines = [f"Subject: {message['subject']}"] if message["subject"] else []
    frame(title, [f"[{who}]", *lines, *(message["body"] or str(message["error"]["text"])).splitlines()])


def show_mail(title, mail):
    lines = [f"{name}: {mail[name]}" for name in ("From", "To", "Subject", "Date", "In-Reply-To") if mail[name]]
    text = mail.get_body(("plain",))
    frame(title, [*lines, "", *(text.get_content().splitlines() if text else [])])


async def ready(web):
    for _ in range(PATIENCE * 10):
        try:
            return await asyncio.to_thread(urllib.request.urlopen, f"http://127.0.0.1:{web}/readyz", timeout=2)
        except (urllib.error.URLError, OSError):
            await asyncio.sleep(0.1)
    raise TimeoutError("The gateway did not become ready.")


async def send_mail(smtp):
    arguments = ["--server", f"127.0.0.1:{smtp}", "--ehlo", "mail.example", "--from", "bob@mail.example", "--to", "alice@chat.example",
                 "--h-From", "Bob <bob@mail.example>", "--h-Subject", "Lunch?", "--body", "Hi Alice,\n\nare you free at noon?\n\nBob\n"]
    swaks = await asyncio.create_subprocess_exec("swaks", *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT)
    conversation, _ = await swaks.communicate()
    if swaks.returncode:
        raise RuntimeError("The mail was not taken:\n" + conversation.decode(errors="replace"))


async def exchange(alice, sink, smtp):
    frame("A mail is sent with swaks, an ordinary SMTP client",
          ["From: Bob <bob@mail.example>", "To: alice@chat.example", "Subject: Lunch?", "", "Hi Alice,", "", "are you free at noon?", "", "Bob"])
    begun = time.monotonic()
    sending = asyncio.create_task(send_mail(smtp))
    waiting = asyncio.create_task(alice.messages.get())
    done, _ = await asyncio.wait({sending, waiting}, timeout=PATIENCE, return_when=asyncio.FIRST_EXCEPTION)
    for task in done:
        task.result()
    message = await asyncio.wait_for(waiting, 1)
    show_message(f"Alice sees it in her chat client, {(time.monotonic() - begun) * 1000:.0f} ms after swaks was started", message)

    frame("Alice answers in the chat", ["Yes, at noon. See you!"])
    begun = time.monotonic()
    answer = alice.make_message(mto=message["from"].bare, mbody="Yes, at noon. See you!", mtype="chat")
    answer["thread"] = message["thread"]
    answer.send()
    mail = await asyncio.wait_for(sink.mails.get(), PATIENCE)
    show_mail(f"This mail leaves for Bob, {(time.monotonic() - begun) * 1000:.0f} ms later", mail)


async def watch(alice, sink):
    async def mails():
        while True:
            show_mail("A mail leaves", await sink.mails.get())

    async def messages():
        while True:
            show_message("Alice gets a message", await alice.messages.get())

    await asyncio.gather(mails(), messages())


def invite(c2s, smtp, web):
    print(f"""
It stays up until Ctrl-C. Now you:
  send a mail    swaks --server 127.0.0.1:{smtp} --from you@mail.example --to alice@chat.example --body 'Hello!'
  be Alice       connect your own XMPP client as alice@chat.example, password wonderland,
                 to 127.0.0.1 port {c2s} without TLS (it is all on this machine), for example:
                 profanity, then: /connect alice@chat.example server 127.0.0.1 port {c2s} tls disable
  write a mail   from there, to the contact bob%mail.example@smtp.chat.example, or any other address:
                 name%domain@smtp.chat.example; all mails end here and are shown
  look inside    http://127.0.0.1:{web}/readyz and http://127.0.0.1:{web}/metrics""", flush=True)


async def main(c2s, smtp, web, sink_port, once):
    sink = MailSink()
    await sink.start(sink_port)
    await ready(web)
    alice = ChatUser("alice@chat.example/quickstart", "wonderland")
    alice.connect_to(c2s)
    await asyncio.wait_for(alice.online.wait(), PATIENCE)
    await exchange(alice, sink, smtp)
    if not once:
        invite(c2s, smtp, web)
        await watch(alice, sink)
    alice.disconnect()


if __name__ == "__main__":
    ports = [int(port) for port in sys.argv[1:5]]
    try:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        loop.run_until_complete(main(*ports, once="--once" in sys.argv[5:]))
    except (TimeoutError, asyncio.TimeoutError, RuntimeError) as fault:
        sys.exit(f"{fault or 'Something did not arrive in time.'}")
    except KeyboardInterrupt:
        pass
