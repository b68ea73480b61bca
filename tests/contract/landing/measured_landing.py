"""Lands the deals of a company's export and prints by how many megabytes memory grew, and the rows read.

Address of the database, folder and settings of the company are read from stdin.
"""

import json
import resource
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
from landing_night import night

from yardstick.company import CompanySettings
from yardstick.extract.csv_files import read_entity
from yardstick.landing.entity import land_entity


def peak_megabytes() -> float:
    """Most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    address, folder, written_settings = json.load(sys.stdin)
    settings = CompanySettings.model_validate_json(written_settings)
    [source] = settings.sources
    extraction = read_entity(source, "deals", Path(folder), ZoneInfo(settings.time_zone))
    with psycopg.connect(address, autocommit=True) as connection:
        before = peak_megabytes()
        report = land_entity(connection, source.name, "deals", extraction, night(1), "run")
    sys.stdout.write(json.dumps([peak_megabytes() - before, report.rows_read]))
