"""A mail client for the scenarios, of Python's standard library alone: it knows nothing of our code.

Its mailbox is a folder with one .eml file for each mail, received or sent, numbered in the order of time.

  mail_client.py write FOLDER PORT FROM TO SUBJECT TEXT   sends a new mail
  mail_client.py answer FOLDER PORT FROM TEXT             answers the latest mail (RFC 5322 section 3.6.4), quoting it
  mail_client.py answer-plainly ...                       the same as clients do that know no References
  mail_client.py threads FOLDER                           shows the mailbox by thread: depth and first line of each mail
"""
import email
import email.policy
import email.utils
import pathlib
import smtplib
import sys
from email.message import EmailMessage


def load(path):
    return email.message_from_bytes(path.read_bytes(), policy=email.policy.default)


def files(folder):
    return sorted(pathlib.Path(folder).glob('*.eml'))


def text(mail):
    return mail.get_body(('plain',)).get_content().strip()


def send(folder, port, mail):
    mail['Date'] = email.utils.localtime()
    mail['Message-ID'] = email.utils.make_msgid(domain='mail.test')
    with smtplib.SMTP('127.0.0.1', int(port)) as server:
        server.send_message(mail)
    (pathlib.Path(folder) / f'{len(files(folder)):02}.eml').write_bytes(mail.as_bytes())


def write(folder, port, sender, to, subject, words):
    mail = EmailMessage()
    mail['From'], mail['To'], mail['Subject'] = sender, to, subject
    mail.set_content(words)
    send(folder, port, mail)


def answer(folder, port, sender, words, knows_references=True):
    parent = load(files(folder)[-1])
    mail = EmailMessage()
    mail['From'], mail['To'] = sender, parent['Reply-To'] or parent['From']
    mail['Subject'] = parent['Subject'] if parent['Subject'].lower().startswith('re:') else 'Re: ' + parent['Subject']
    mail['In-Reply-To'] = parent['Message-ID']
    if knows_references:
        mail['References'] = ' '.join(filter(None, [parent['References'] or parent['In-Reply-To'], parent['Message-ID']]))
    quoted = '\n'.join('> ' + line for line in text(parent).splitlines())
    mail.set_content(f'{words}\n\nOn {parent["Date"]}, {parent["From"]} wrote:\n{quoted}\n')
    send(folder, port, mail)


def identifiers(value):
    return [word for word in (value or '').replace('><', '> <').split() if word.startswith('<')]


def threads(folder):
    """Jamie Zawinski's algorithm, steps 1 to 3: by References and In-Reply-To, never by subject. Names mails that are not there."""
    parents, mails = {}, {}

    def is_above(candidate, below):
        while below is not None and below != candidate:
            below = parents.get(below)
        return below is not None

    for mail in map(load, files(folder)):
        own = mail['Message-ID'].strip()
        assert own not in mails, f'{own} twice'
        mails[own] = mail
        chain = identifiers(mail['References'])
        chain += [last for last in identifiers(mail['In-Reply-To'])[:1] if last not in chain]
        for parent, child in zip(chain, chain[1:]):
            if parents.get(child) is None and not is_above(child, parent):
                parents[child] = parent
        if chain:
            parents[own] = chain[-1]
        parents.setdefault(own, None)
        for name in chain:
            parents.setdefault(name, None)

    def show(parent, depth):
        for child in [child for child in parents if parents[child] == parent]:
            print(depth, text(mails[child]).splitlines()[0] if child in mails else f'missing {child}')
            show(child, depth + 1)

    show(None, 0)


command, *arguments = sys.argv[1:]
{
    'write': write,
    'answer': answer,
    'answer-plainly': lambda *words: answer(*words, knows_references=False),
    'threads': threads,
}[command](*arguments)
