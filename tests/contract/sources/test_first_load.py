"""The first load of a large CRM: memory does not grow with it, and progress is heard."""

import json
import subprocess
import sys
from pathlib import Path

RECORDS = 250_000
#: What two portions and their ids take; the records themselves are 80 MB.
LARGEST_GROWTH_IN_MEGABYTES = 48


def test_a_first_load_holds_a_page_in_memory_and_tells_how_far_it_is(address: str) -> None:
    script = Path(__file__).parent / "measured_first_load.py"
    done = subprocess.run(
        [sys.executable, str(script)],
        input=json.dumps([address, RECORDS]),
        capture_output=True,
        text=True,
        check=True,
    )
    megabytes, alive, heard = json.loads(done.stdout)
    assert alive == RECORDS
    assert heard == sorted(heard)
    assert heard[0] <= 50_000
    assert megabytes < LARGEST_GROWTH_IN_MEGABYTES
