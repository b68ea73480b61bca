"""The morning's messages of the small company: what they say, that each goes once, and of a held night."""

import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from commands import Commands
from conftest import Night
from doubles.http_double import HttpDouble, Reply
from small_company import NIGHT_2, SmallCompany
from warehouse_reading import query, session

from yardstick.company import Company, Digest, DigestEmail, Recipient, Secret, load_company
from yardstick.digest.send import send_morning, tell_held
from yardstick.errors import DeliveryError
from yardstick.server.embedded import Role

ANNA = Recipient(person="anna", email="anna@small.example", language="en")
ADA = Recipient(person="ada", email="ada@small.example", language="ru")
BORIS = Recipient(person="boris", email="boris@small.example")


@dataclass
class Mailbox:
    """A mail server that refuses some addresses, and keeps what it took."""

    refused: set[str] = field(default_factory=set)
    mails: list[Any] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"

    @property
    def addresses(self) -> list[str]:
        return [mail["To"] for mail in self.mails]


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mailbox]:
    """A mail server, and the Airflow connection to it."""
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    connection = {"conn_type": "smtp", "host": "127.0.0.1", "port": port}
    connection |= {"extra": {"disable_ssl": True, "disable_tls": True}}
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_DEFAULT", json.dumps(connection))
    yield box
    controller.stop()


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> Iterator[HttpDouble]:
    """A chat's webhook."""
    with HttpDouble(lambda *_: Reply({"ok": True})) as double:
        monkeypatch.setenv("CHAT_WEBHOOK", f"{double.address}/hooks/very-secret")
        yield double


@pytest.fixture
def owner(commands: Commands, small: SmallCompany, night_2: Night) -> Iterator[psycopg.Connection]:
    """A session in which no message has been sent yet."""
    assert night_2.done.exit_code == 0, night_2.done.said
    with session(commands.home, small.folder, Role.OWNER) as connection:
        connection.autocommit = True
        connection.execute("drop table if exists ops.messages")
        yield connection


def told_by(small: SmallCompany, digest: Digest, *recipients: Recipient) -> Company:
    company = load_company(small.folder)
    settings = company.settings.model_copy(update={"digest": digest})
    return replace(company, settings=settings, recipients=recipients)


BY_MAIL = Digest(email=DigestEmail(sender="kpi@small.example"), operations=("ops@small.example",))
BY_CHAT = Digest(webhook=Secret(env="CHAT_WEBHOOK"))


def test_a_seller_reads_the_own_numbers_and_what_each_comes_to(
    owner: psycopg.Connection, small: SmallCompany, mailbox: Mailbox
) -> None:
    """Anna won three of the five deals that were decided in April; the target is a half."""
    send_morning(owner, told_by(small, BY_MAIL, ANNA))
    (mail,) = mailbox.mails
    assert (mail["From"], mail["To"]) == ("kpi@small.example", "anna@small.example")
    assert mail["Subject"] == "Anna: April 2025, 120% of the plan to date"
    text = mail.get_body(("plain",)).get_content()
    assert text.startswith("Good morning, Anna. Data until April")
    assert "- Win rate: 60% of 50%, ✓ reached" in text
    html = mail.get_body(("html",)).get_content()
    assert "Win rate" in html
    assert "✓ reached" in html


def test_a_head_reads_of_each_headed_team_and_who_stands_where_in_the_own_language(
    owner: psycopg.Connection, small: SmallCompany, mailbox: Mailbox
) -> None:
    """In April Clara won three of five in team blue, and Boris, who came on the 15th, one of three."""
    send_morning(owner, told_by(small, BY_MAIL, ADA))
    (mail,) = mailbox.mails
    assert mail["Subject"] == "Blue: апрель 2025, 100 % плана на дату"
    text = mail.get_body(("plain",)).get_content()
    assert text.startswith("Доброе утро, Ada.")
    assert [line for line in text.splitlines() if line.endswith("показатели")] == [
        "Blue: показатели",
        "Red: показатели",
    ]
    assert "Кто где стоит: " in text
    assert "- Boris: 60 % из 50 %, ✓ выполнен\n- Clara: 60 % из 50 %, ✓ выполнен\n" in text


def test_no_one_is_sent_a_message_twice(
    owner: psycopg.Connection, small: SmallCompany, mailbox: Mailbox, chat: HttpDouble
) -> None:
    both = Digest(email=BY_MAIL.email, webhook=BY_CHAT.webhook)
    company = told_by(small, both, ANNA, ADA)
    assert send_morning(owner, company) == {"sent": 4}
    assert send_morning(owner, company) == {}
    assert mailbox.addresses == ["anna@small.example", "ada@small.example"]
    assert [seen.body["person"] for seen in chat.requests] == ["anna", "ada"]


def test_a_chat_gets_json_that_says_whom_it_is_for(
    owner: psycopg.Connection, small: SmallCompany, chat: HttpDouble
) -> None:
    send_morning(owner, told_by(small, BY_CHAT, replace_email(ANNA)))
    (seen,) = chat.requests
    assert {key: seen.body[key] for key in seen.body if key not in {"subject", "text"}} == {
        "company": "Kleine Waage",
        "as_of": NIGHT_2,
        "occasion": "published",
        "person": "anna",
        "name": "Anna",
        "email": None,
        "language": "en",
    }
    assert "Win rate: 60% of 50%" in seen.body["text"]


def replace_email(recipient: Recipient) -> Recipient:
    return recipient.model_copy(update={"email": None})


def test_a_refused_message_is_named_and_sent_the_next_time_and_only_that(
    owner: psycopg.Connection, small: SmallCompany, mailbox: Mailbox
) -> None:
    company = told_by(small, BY_MAIL, ANNA, BORIS)
    mailbox.refused = {"anna@small.example"}
    with pytest.raises(DeliveryError, match=r"(?s)1 messages sent.*anna, by email: .*no such mailbox"):
        send_morning(owner, company)
    mailbox.refused = set()
    send_morning(owner, company)
    assert mailbox.addresses == ["boris@small.example", "anna@small.example"]


def test_what_may_have_arrived_is_named_and_not_sent_again(
    owner: psycopg.Connection, small: SmallCompany, chat: HttpDouble
) -> None:
    company = told_by(small, BY_CHAT, ANNA, BORIS)
    chat.plan.faults = {1: "500"}
    with pytest.raises(DeliveryError, match=r"anna, by webhook: .*500; it may have arrived"):
        send_morning(owner, company)
    send_morning(owner, company)
    assert [seen.body["person"] for seen in chat.requests] == ["anna", "boris"]


def test_a_run_that_was_killed_while_it_sent_sends_the_rest(
    owner: psycopg.Connection, small: SmallCompany, chat: HttpDouble, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = told_by(small, BY_CHAT, ANNA, BORIS)

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("yardstick.digest.outbox.Outbox.note", die)
        with pytest.raises(KeyboardInterrupt):
            send_morning(owner, company)
    send_morning(owner, company)
    assert [seen.body["person"] for seen in chat.requests] == ["anna", "boris"]


def test_a_mail_server_that_is_not_there_is_named_and_nothing_counts_as_sent(
    owner: psycopg.Connection, small: SmallCompany, monkeypatch: pytest.MonkeyPatch, mailbox: Mailbox
) -> None:
    company = told_by(small, BY_MAIL, ANNA)
    with monkeypatch.context() as patch:
        patch.delenv("AIRFLOW_CONN_SMTP_DEFAULT")
        with pytest.raises(DeliveryError, match="Airflow connection smtp_default"):
            send_morning(owner, company)
    send_morning(owner, company)
    assert mailbox.addresses == ["anna@small.example"]


def test_an_address_that_nobody_answers_is_named_without_its_secret(
    owner: psycopg.Connection, small: SmallCompany, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAT_WEBHOOK", "http://127.0.0.1:9/hooks/very-secret")
    with pytest.raises(DeliveryError, match=r"digest\.webhook: cannot be reached") as caught:
        send_morning(owner, told_by(small, BY_CHAT, ANNA))
    assert "very-secret" not in str(caught.value)


def test_of_a_held_night_operations_and_heads_are_told_once_and_sellers_are_not(
    owner: psycopg.Connection, small: SmallCompany, mailbox: Mailbox
) -> None:
    company = told_by(small, BY_MAIL, ANNA, ADA)
    for _ in range(2):
        tell_held(owner, company, date(2025, 5, 1), "gate landed: the export has shrunk.", None)
    assert mailbox.addresses == ["ops@small.example", "ada@small.example"]
    to_operations, to_ada = mailbox.mails
    assert to_operations["Subject"] == "Kleine Waage: the night of May 1, 2025 was not published"
    text = to_operations.get_body(("plain",)).get_content()
    assert "The dashboards show the night of April 30, 2025, unchanged." in text
    assert "Why: gate landed: the export has shrunk." in text
    assert "не опубликована" in to_ada.get_body(("plain",)).get_content()


def test_a_dry_run_writes_what_the_marts_say_and_sends_nothing(
    commands: Commands, small: SmallCompany, night_2: Night, tmp_path: Path
) -> None:
    assert night_2.done.exit_code == 0, night_2.done.said
    done = commands.run("digest", "--company", small.folder, "--dry-run", "--to", tmp_path)
    assert done.exit_code == 0, done.said
    assert "sent none" in done.stdout
    files = {path.name for path in tmp_path.iterdir()}
    people = ("0001-ada", "0002-anna", "0003-boris", "0004-clara")
    assert files == {f"{name}.{ending}" for name in people for ending in ("txt", "html", "json")}
    (row,) = query(
        commands,
        small.folder,
        "select actual::text from kpi.scorecards where (kpi_id, node_id) = ('win_rate', 'clara') "
        "and (period_kind, period_start) = ('month', '2025-04-01')",
    )
    (actual,) = row.values()
    assert f"Win rate: {float(str(actual)):.0%} of" in (tmp_path / "0004-clara.txt").read_text()


def test_without_a_digest_nothing_is_sent_and_the_way_to_one_is_named(
    commands: Commands, small: SmallCompany, night_2: Night
) -> None:
    assert night_2.done.exit_code == 0, night_2.done.said
    done = commands.run("digest", "--company", small.folder)
    assert done.exit_code == 2
    assert "docs/digest.md" in done.stderr
