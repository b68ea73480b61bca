"""The words of the audit in both languages."""

from yardstick.languages import Language
from yardstick.verdict_rows import Condition

CONDITION_TITLES: dict[Language, dict[Condition, str]] = {
    "en": {
        "tied": "Tied to a goal",
        "controllable": "Controllable",
        "measurable": "Measurable",
        "easy": "Easy to compute",
        "realistic": "Realistic target",
    },
    "ru": {
        "tied": "Связан с целью",
        "controllable": "Управляем",
        "measurable": "Измерим",
        "easy": "Прост в расчёте",
        "realistic": "План реалистичен",
    },
}
#: Where a column must be narrow.
SHORT_TITLES: dict[Language, dict[Condition, str]] = {
    "en": {
        "tied": "Tied",
        "controllable": "Controllable",
        "measurable": "Measurable",
        "easy": "Easy",
        "realistic": "Realistic",
    },
    "ru": {
        "tied": "Связан",
        "controllable": "Управляем",
        "measurable": "Измерим",
        "easy": "Прост",
        "realistic": "Реален",
    },
}
VERDICTS: dict[Language, dict[str, str]] = {
    "en": {"pass": "yes", "warn": "doubtful", "fail": "NO", "not enough data": "few data"},
    "ru": {"pass": "да", "warn": "спорно", "fail": "НЕТ", "not enough data": "мало данных"},
}
NOT_TESTED = "–"
TEXTS: dict[Language, dict[str, str]] = {
    "en": {
        "title": "Do our KPIs deserve to be believed?",
        "as_of": "Night of",
        "node": "Judged for",
        "summary": "At a glance",
        "what_is_wrong": "What to look at",
        "all": "Everything that was judged",
        "mend": "What would mend it",
        "nothing_wrong": "No KPI fails a condition, and none is doubtful.",
        "legend": "– not tested here",
    },
    "ru": {
        "title": "Можно ли верить нашим показателям?",
        "as_of": "По состоянию на",
        "node": "Проверено для",
        "summary": "Коротко",
        "what_is_wrong": "На что обратить внимание",
        "all": "Все проверки",
        "mend": "Что исправить",
        "nothing_wrong": "Все показатели прошли проверки, сомнительных нет.",
        "legend": "– здесь не проверялось",
    },
}
