"""Why a CSV file as a whole cannot be read: where, what was found, what was expected."""

import codecs
from collections.abc import Sequence
from pathlib import Path

from yardstick.errors import Problem, SourceError
from yardstick.reading.wording import listed, quoted

_CHUNK = 1 << 20
_DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}


def unreadable(path: Path, error: OSError) -> SourceError:
    """The operating system does not give the file."""
    found = f"no file that can be read ({error.strerror})"
    return _error(path, None, found, "the export here, or another `folder` or `file` in company.yml")


def empty_file(path: Path) -> SourceError:
    """Not even a header, which an export without records has, too."""
    return _error(path, None, "an empty file", "an export, at least its header")


def duplicate_columns(path: Path, header: Sequence[str]) -> SourceError:
    """Nobody can say which of two columns of the same name is meant."""
    twice = sorted({name for name in header if header.count(name) > 1})
    found = f"more than one column called {listed([quoted(name) for name in twice])}"
    return _error(path, 1, found, "each column once, with a name of its own")


def missing_columns(path: Path, missing: Sequence[str], header: Sequence[str], delimiter: str) -> SourceError:
    """Columns that company.yml maps are not there; if there is one column only, the delimiter is suspect."""
    names = listed([quoted(name) for name in header])
    expected = f"{listed([quoted(name) for name in missing])} too, or other `fields` in company.yml"
    if len(header) == 1:
        expected += _likelier_delimiter(header[0], delimiter)
    return _error(path, 1, f"the column{'s' * (len(header) > 1)} {names}", expected)


def _likelier_delimiter(header: str, delimiter: str) -> str:
    likelier = max(_DELIMITERS, key=header.count)
    if likelier not in header:
        return ""
    return f"; is the delimiter rather {_DELIMITERS[likelier]} than {_DELIMITERS.get(delimiter, delimiter)}?"


def marked_as_utf8(path: Path, encoding: str) -> SourceError:
    """The file's own byte order mark contradicts the declared encoding."""
    return _error(
        path, 1, "the byte order mark of UTF-8", f"a file in {encoding}, or `encoding: utf-8` in company.yml"
    )


def broken_encoding(path: Path, encoding: str, error: UnicodeError) -> SourceError:
    """Bytes that are no text in the declared encoding."""
    line, offset, byte = _broken_place(path, encoding) or (1, 0, str(error))
    expected = (
        f"text in {encoding}; save the export as UTF-8, or declare another `encoding` in company.yml "
        "(older Windows programs write cp1252, in Cyrillic cp1251)"
    )
    return _error(path, line, f"{byte} at byte {offset} of the file", expected)


def _broken_place(path: Path, encoding: str) -> tuple[int, int, str] | None:
    """The line, the byte's offset from 0 and the byte; found by decoding again, with an eye on where."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line, offset, chunk = 1, 0, b"-"
    with path.open("rb") as file:
        while chunk:
            chunk = file.read(_CHUNK)
            offset += len(chunk)
            try:
                line += decoder.decode(chunk, final=not chunk).count("\n")
            except UnicodeError as error:
                if not isinstance(error, UnicodeDecodeError):  # UTF-16 without its mark
                    return None
                line += error.object[: error.start].decode(error.encoding, "ignore").count("\n")
                place = offset - len(error.object) + error.start
                return line, place, f"0x{error.object[error.start]:02X}"
    return None


def _error(path: Path, line: int | None, found: str, expected: str) -> SourceError:
    return SourceError(str(Problem(path, line, None, found, expected)))
