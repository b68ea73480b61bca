"""Files that are read while they are written."""

import os
from pathlib import Path


def write_whole(file: Path, text: str) -> None:
    """Write a file so that whoever reads it sees all of the old text or all of the new."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
