"""The text of a file that a person edits, or what is wrong with the file."""

from pathlib import Path

from yardstick.errors import ConfigurationError, Problem


def read_text(file: Path, content: str) -> str:
    """The file's text, without a byte order mark; `content` says what the file ought to hold.

    Raises ConfigurationError for a file that is missing, empty or no UTF-8 text.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        found = (
            "no such file"
            if isinstance(error, FileNotFoundError)
            else f"a file that cannot be read ({error.strerror})"
        )
        raise _unusable(file, None, found, content) from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unusable(
            file, _line(data, error.start), "a character that is no UTF-8", "a file saved as UTF-8"
        ) from None
    if "\0" in text:
        raise _unusable(file, _line(data, data.index(0)), "a NUL character", "a file saved as UTF-8 text")
    if not text.strip():
        raise _unusable(file, None, "an empty file", content)
    return text


def _line(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


def _unusable(file: Path, line: int | None, found: str, expected: str) -> ConfigurationError:
    return ConfigurationError([Problem(file, line, None, found, expected)])
