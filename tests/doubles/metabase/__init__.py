"""A double of Metabase, from version 49 to 63, as far as pushing dashboards sees it."""
