"""Reads what sources export, and hands it to the landing."""

import os

# The other cores are PostgreSQL's; and a second thread would cost more than it saves in blocks of this size.
os.environ.setdefault("POLARS_MAX_THREADS", "1")
