"""Landing: what was extracted becomes versions of records in schema `raw_…`."""
