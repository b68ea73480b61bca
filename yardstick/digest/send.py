"""Sends a morning's messages, each at most once, and tells of a night that was not published."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

from psycopg import Connection

from yardstick.company import Company, Digest, Recipient
from yardstick.digest.content import Morning, read_morning
from yardstick.digest.messages import Message, Writer
from yardstick.digest.outbox import Occasion, Outbox, ensure_outbox
from yardstick.digest.ways import Addressee, MailSender, Refused, Sender, Unknown, WebhookSender
from yardstick.errors import DeliveryError, UsageError
from yardstick.languages import Language

OPERATIONS = "operations"


def send_morning(connection: Connection, company: Company, run_id: str | None = None) -> Mapping[str, int]:
    """Send what the published night tells each person of recipients.csv; how many were sent.

    The session must commit each statement by itself. Raises UsageError where no digest is configured or
    nothing is published, DeliveryError naming what did not leave; a repetition sends what did not.
    """
    digest = company.settings.digest
    if digest is None:
        raise UsageError(
            f"{company.settings.name} has no digest: describe it in company.yml as docs/digest.md says. "
            "--dry-run writes the messages into files."
        )
    morning = _morning(company)
    told = _told(company, morning)
    messages = {
        addressee: _writer(company, addressee.language).morning(morning, addressee.id) for addressee in told
    }
    about = _about(company, morning.as_of, "published")
    return _send(Outbox(connection, morning.as_of, "published", run_id), digest, about, messages)


def tell_held(
    connection: Connection, company: Company, as_of: date, reason: str, run_id: str | None
) -> Mapping[str, int]:
    """Tell operations, and the heads among the recipients, that a night was not published, and why."""
    digest = company.settings.digest
    if digest is None:
        return {}
    morning = read_morning(company)
    language = company.settings.languages[0]
    told = [
        Addressee(address or OPERATIONS, OPERATIONS, address, language)
        for address in digest.operations or (None,)
    ]
    if morning is not None:
        told += [addressee for addressee in _told(company, morning) if _is_head(morning, addressee.id)]
    published = None if morning is None else morning.as_of
    messages = {
        addressee: _writer(company, addressee.language).held(as_of, published, reason) for addressee in told
    }
    about = _about(company, as_of, "held")
    return _send(Outbox(connection, as_of, "held", run_id), digest, about, messages)


def write_morning(company: Company, folder: Path) -> list[Path]:
    """Write what would be sent into a folder: of each person the text, the HTML and the JSON; their paths.

    Without recipients.csv, for all whom the night has something to tell. Raises UsageError where nothing
    is published.
    """
    morning = _morning(company)
    language = company.settings.languages[0]
    told = _told(company, morning) or [
        Addressee(person, morning.names[person], None, language) for person in sorted(morning.sections)
    ]
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, addressee in enumerate(told, start=1):
        message = _writer(company, addressee.language).morning(morning, addressee.id)
        about = {**_about(company, morning.as_of, "published"), "person": addressee.id}
        body = {**about, "language": addressee.language, "subject": message.subject, "text": message.text}
        # An id may hold whatever a CRM lets it hold.
        name = f"{number:04d}-{re.sub(r'[^A-Za-z0-9_-]', '_', addressee.id)[:60]}"
        for ending, content in (
            ("txt", message.text),
            ("html", message.html),
            ("json", json.dumps(body, ensure_ascii=False, indent=1) + "\n"),
        ):
            path = folder / f"{name}.{ending}"
            path.write_text(content, encoding="utf-8")
            paths.append(path)
    return paths


def _morning(company: Company) -> Morning:
    morning = read_morning(company)
    if morning is None:
        raise UsageError(f"{company.settings.name}: nothing is published yet: run yardstick refresh.")
    return morning


def _told(company: Company, morning: Morning) -> list[Addressee]:
    """The recipients for whom the night has something to tell."""
    return [
        _addressee(company, recipient, morning)
        for recipient in company.recipients
        if recipient.person in morning.sections
    ]


def _addressee(company: Company, recipient: Recipient, morning: Morning) -> Addressee:
    language = recipient.language or company.settings.languages[0]
    return Addressee(recipient.person, morning.names[recipient.person], recipient.email, language)


def _is_head(morning: Morning, person: str) -> bool:
    return any(section.node_kind != "person" for section in morning.sections[person])


def _writer(company: Company, language: Language) -> Writer:
    settings = company.settings
    dashboards = settings.digest.dashboards if settings.digest else None
    return Writer(language, settings.name, settings.currency, dashboards)


def _about(company: Company, as_of: date, occasion: Occasion) -> dict[str, str]:
    return {"company": company.settings.name, "as_of": as_of.isoformat(), "occasion": occasion}


def _send(
    outbox: Outbox, digest: Digest, about: dict[str, str], messages: Mapping[Addressee, Message]
) -> Mapping[str, int]:
    ensure_outbox(outbox.connection)
    counts: Counter[str] = Counter()
    troubles: list[str] = []
    with _senders(digest, about) as senders:
        for sender in senders:
            for addressee, message in messages.items():
                if sender.reaches(addressee) and outbox.claim(addressee.id, sender.way):
                    trouble = _send_one(outbox, sender, addressee, message)
                    counts["not sent" if trouble else "sent"] += 1
                    troubles += [trouble] if trouble else []
    if troubles:
        raise DeliveryError(f"{counts['sent']} messages sent; of the others:\n" + "\n".join(troubles))
    return counts


def _send_one(outbox: Outbox, sender: Sender, addressee: Addressee, message: Message) -> str | None:
    """Send a claimed message and note what became of it; what went wrong, if something did."""
    try:
        sender.send(addressee, message)
    except Refused as error:
        outbox.note(addressee.id, sender.way, "refused", str(error))
        return f"{addressee.id}, by {sender.way}: {error}; it is tried again the next time."
    except Unknown as error:
        outbox.note(addressee.id, sender.way, "sending", str(error))
        return f"{addressee.id}, by {sender.way}: {error}; it may have arrived, and is not sent again."
    except DeliveryError as error:
        outbox.note(addressee.id, sender.way, "refused", str(error))
        raise
    outbox.note(addressee.id, sender.way, "sent")
    return None


@contextmanager
def _senders(digest: Digest, about: dict[str, str]) -> Iterator[list[Sender]]:
    with ExitStack() as stack:
        senders: list[Sender] = []
        if digest.email is not None:
            senders.append(MailSender(digest.email))
            stack.callback(senders[-1].close)
        if digest.webhook is not None:
            senders.append(WebhookSender(digest.webhook, about))
            stack.callback(senders[-1].close)
        yield senders
