"""KPIs of calls, meetings and tasks."""

from collections.abc import Iterator

from ledger.books import Books, Row
from yardstick.demo.ledger import Activity

LEAST_SECONDS = 30


def outbound_calls(books: Books) -> Iterator[Row]:
    for call in books.ledger.activities:
        if call.kind == "call" and call.direction == "out":
            yield Row(call.id, call.owner, call.happened_at.date(), 1)


def connect_rate(books: Books) -> Iterator[Row]:
    """Calls that lasted; of one that was answered without a length nobody can tell."""
    for call in books.ledger.activities:
        if call.kind == "call":
            lasted = None if call.minutes is None else int(call.minutes * 60 >= LEAST_SECONDS)
            reached = 0 if call.status == "no_answer" else lasted
            yield Row(call.id, call.owner, call.happened_at.date(), reached, 1)


def meetings_held(books: Books) -> Iterator[Row]:
    for meeting in books.ledger.activities:
        if meeting.kind == "meeting" and meeting.status == "held":
            yield Row(meeting.id, meeting.owner, meeting.happened_at.date(), 1)


def overdue_tasks_share(books: Books) -> Iterator[Row]:
    """Of the tasks whose day has come, those not done by the end of it."""
    for task in books.ledger.activities:
        if task.kind == "task" and (task.due_on is None or task.due_on <= books.ledger.as_of):
            yield Row(task.id, task.owner, task.due_on, int(not _is_done_in_time(task)), 1)


def _is_done_in_time(task: Activity) -> bool:
    return task.completed_on is not None and task.due_on is not None and task.completed_on <= task.due_on
