"""What Yardstick says when it cannot go on: one family of errors, each with its exit code."""

from dataclasses import dataclass
from pathlib import Path


class YardstickError(Exception):
    """A refresh or a command that failed for a reason a person can act on.

    The message says what happened and how to mend it; the command line prints it without a
    traceback and ends with `exit_code`.
    """

    exit_code = 1


class UsageError(YardstickError):
    """The command, or the configuration it was given, is wrong: nothing was started."""

    exit_code = 2


@dataclass(frozen=True)
class Problem:
    """One thing wrong in one file that a person edits."""

    file: Path
    line: int | None
    field: str | None
    found: str
    expected: str

    def __str__(self) -> str:
        place = str(self.file) if self.line is None else f"{self.file}:{self.line}"
        field = "" if self.field is None else f" {self.field}:"
        return f"{place}:{field} found {self.found}; expected {self.expected}"


class ConfigurationError(UsageError):
    """Everything found wrong in what a company edits, all at once."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


class SourceError(YardstickError):
    """A source that could not be read: nothing of the entity was landed."""


class HeldError(YardstickError):
    """A night that was not published because a gate found the whole not trustworthy."""


class DeliveryError(YardstickError):
    """Messages that did not leave, or of which nobody knows whether they arrived."""
