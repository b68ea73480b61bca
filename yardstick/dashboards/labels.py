"""The words that the warehouse's own values have for people: rows of kpi.dim_labels."""

import csv
from collections.abc import Collection
from functools import cache
from typing import Literal

from yardstick.paths import DBT_PROJECT
from yardstick.reading.strict import Bilingual, Slug, Strict

Tone = Literal["good", "warning", "bad", "neutral"]


class Label(Strict):
    """What people read in place of a value. The title says it by itself; the tone is for colours."""

    topic: Slug
    """what it is a value of"""
    value: str
    """the value in the warehouse"""
    title: Bilingual
    """what people read"""
    tone: Tone
    """good, warning, bad or neutral"""


@cache
def labels() -> tuple[Label, ...]:
    """All labels, in the order of their topics and positions."""
    file = DBT_PROJECT / "seeds" / "labels.csv"
    with file.open(encoding="utf-8", newline="") as rows:
        return tuple(
            Label.model_validate(
                {
                    "topic": row["topic"],
                    "value": row["value"],
                    "title": {"en": row["title_en"], "ru": row["title_ru"]},
                    "tone": row["tone"],
                }
            )
            for row in csv.DictReader(rows)
        )


def label_topics() -> Collection[str]:
    """The topics, in their order."""
    return dict.fromkeys(label.topic for label in labels())
