"""The ways a message goes: by Airflow's mail connection, or as JSON to the address of a chat."""

import smtplib
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Any, Protocol

import httpx
import tenacity

from yardstick.company import DigestEmail, Secret
from yardstick.digest.messages import Message
from yardstick.digest.outbox import Way
from yardstick.errors import DeliveryError
from yardstick.extract.secrets import reveal
from yardstick.languages import Language

_TIMEOUT = 30
_ATTEMPTS = 5
_LONGEST_WAIT = 60.0


class Refused(Exception):  # noqa: N818 - an answer
    """The message was not taken, for certain: it may be sent again."""


class Unknown(Exception):  # noqa: N818 - an answer
    """Whether the message arrived nobody knows: it must not be sent again."""


@dataclass(frozen=True)
class Addressee:
    """Whom a message is for: the id of a person, or "operations"."""

    id: str
    name: str
    email: str | None
    language: Language


class Sender(Protocol):
    """One way, ready to be used."""

    way: Way

    def reaches(self, addressee: Addressee) -> bool:
        """Whether this way leads to the person."""
        ...

    def send(self, addressee: Addressee, message: Message) -> None:
        """Send it once; raises Refused, Unknown, or DeliveryError where the way itself is closed."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...


class MailSender:
    """Sends by the mail server of an Airflow connection, signed in before the first message."""

    way: Way = "email"

    def __init__(self, settings: DigestEmail) -> None:
        self._settings = settings
        self._server: smtplib.SMTP | None = self._sign_in()

    def reaches(self, addressee: Addressee) -> bool:
        """Whether the person has an address."""
        return addressee.email is not None

    def send(self, addressee: Addressee, message: Message) -> None:
        """Send text and HTML as two forms of one message."""
        self._server = self._server or self._sign_in()
        try:
            self._server.send_message(self._mail(addressee, message))
        except smtplib.SMTPServerDisconnected as error:
            self._server = None
            raise Unknown(f"the connection ended meanwhile ({error})") from None
        except smtplib.SMTPException as error:
            raise Refused(f"the mail server refused it ({error})") from None
        except OSError as error:
            self._server = None
            raise Unknown(f"the connection broke ({error})") from None

    def close(self) -> None:
        """Sign out."""
        if self._server is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._server.quit()

    def _mail(self, addressee: Addressee, message: Message) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"] = self._settings.sender, addressee.email
        mail["Subject"] = message.subject
        mail["Message-ID"] = make_msgid(domain=self._settings.sender.partition("@")[2])
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        mail.add_alternative(message.html, subtype="html")
        return mail

    def _sign_in(self) -> smtplib.SMTP:
        from airflow.providers.smtp.hooks.smtp import SmtpHook  # slow to import

        connection = self._settings.connection
        try:
            hook = SmtpHook(smtp_conn_id=connection).get_conn()
        except Exception as error:  # whatever Airflow, the server and the way there raise
            raise DeliveryError(
                f"digest.email: cannot sign in to the mail server of Airflow connection {connection}: "
                f"{error} See docs/digest.md for how to make the connection."
            ) from None
        # The hook's own sending has no plain text, and sends again when it does not know.
        server: smtplib.SMTP = hook._smtp_client
        return server


class WebhookSender:
    """Posts JSON to an address; waits where it is told that there were too many."""

    way: Way = "webhook"

    def __init__(
        self, address: Secret, about: dict[str, Any], sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._address = reveal(address, "digest.webhook")
        self._about = about
        self._sleep = sleep
        self._client = httpx.Client(timeout=_TIMEOUT)

    def reaches(self, addressee: Addressee) -> bool:
        """Whoever there is: the other side knows people by their ids."""
        return addressee is not None

    def send(self, addressee: Addressee, message: Message) -> None:
        """Post the message and whom it is for."""
        body = {
            **self._about,
            "person": addressee.id,
            "name": addressee.name,
            "email": addressee.email,
            "language": addressee.language,
            "subject": message.subject,
            "text": message.text,
        }
        response = self._post(body)
        if response.is_server_error:
            raise Unknown(f"the webhook answered {response.status_code}")
        if not response.is_success:
            raise Refused(f"the webhook answered {response.status_code}")

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def _post(self, body: dict[str, Any]) -> httpx.Response:
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_result(
                lambda answer: answer.status_code == httpx.codes.TOO_MANY_REQUESTS
            ),
            stop=tenacity.stop_after_attempt(_ATTEMPTS),
            wait=_told_wait,
            sleep=self._sleep,
            retry_error_callback=lambda state: state.outcome and state.outcome.result(),
        )
        try:
            answer: httpx.Response = retrying(self._client.post, self._address, json=body)
        except (
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.InvalidURL,
            httpx.UnsupportedProtocol,
        ) as error:
            raise DeliveryError(
                f"digest.webhook: cannot be reached ({type(error).__name__}). Is the address right, and the "
                "way there open?"
            ) from None
        except httpx.HTTPError as error:
            raise Unknown(f"the webhook did not answer ({type(error).__name__})") from None
        return answer


def _told_wait(state: tenacity.RetryCallState) -> float:
    """What the answer says, else a second."""
    told = state.outcome.result().headers.get("retry-after", "") if state.outcome else ""
    return min(float(told), _LONGEST_WAIT) if told.isdecimal() else 1.0
