"""`yardstick digest`: the messages of the published night, sent or written into files."""

from pathlib import Path

from rich.console import Console

from yardstick.company import Company
from yardstick.company_state import state_folder
from yardstick.digest.send import send_morning, write_morning
from yardstick.errors import UsageError
from yardstick.server.embedded import Role
from yardstick.warehouse import connect


def send_or_write(company: Company, console: Console, *, is_dry: bool, folder: Path | None) -> None:
    """Send what was not sent yet, or write all into a folder; say how many messages that were."""
    if folder is not None and not is_dry:
        raise UsageError("--to: found without --dry-run; expected both: --to says where the files go")
    if is_dry:
        folder = folder or state_folder(company) / "digest"
        paths = write_morning(company, folder)
        messages = len({path.stem for path in paths})
        _say(console, f"Wrote {messages} messages into {folder}, each as text, HTML and JSON; sent none.")
        return
    with connect(company, Role.OWNER) as connection:
        connection.autocommit = True
        counts = send_morning(connection, company)
    _say(console, f"{counts.get('sent', 0)} messages sent.")


def _say(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
