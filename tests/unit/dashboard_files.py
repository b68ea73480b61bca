"""A folder of dashboards, right in every way, for tests that break one thing of it."""

from pathlib import Path

from yardstick.dashboards import Dashboards, load_dashboards
from yardstick.errors import ConfigurationError

FILTERS = """\
filters:
  node:
    title: {en: Who, ru: Кто}
"""
SHARED = """\
foot:
  - {question: nights, column: 0, row: 0, width: 24, height: 2}
questions:
  nights:
    title: {en: Nights, ru: Ночи}
    tells: {en: How old it is., ru: Насколько свежо.}
    chart: {kind: table}
    columns:
      as_of: {title: {en: As of, ru: На дату}, format: date}
    empty: {en: None., ru: Нет.}
"""
SALES = """\
title: {en: Sales, ru: Продажи}
description: {en: What we sell., ru: Что мы продаём.}
audience: [heads]
filters: [node]
tabs:
  - key: today
    title: {en: Today, ru: Сегодня}
    tiles:
      - {question: bookings, column: 0, row: 0, width: 12, height: 6}
      - text: {en: Good morning., ru: Доброе утро.}
        column: 12
        row: 0
        width: 12
        height: 6
questions:
  bookings:
    title: {en: Bookings, ru: Сумма продаж}
    tells: {en: By month., ru: По месяцам.}
    chart: {kind: line, x: month, y: [amount]}
    columns:
      node_id: {}
      month: {title: {en: Month, ru: Месяц}, format: month}
      amount: {title: {en: Amount, ru: Сумма}, format: money}
    click: {to: sales, tab: today, pass: {node: node_id}}
    empty: {en: Nothing was sold., ru: Продаж нет.}
"""
BOOKINGS = """\
select
    node_id,
    period_start as month,
    actual as amount
from kpi.scorecards
where node_id = {{node}} and kpi_id = 'bookings'
"""
FILES = {
    "filters.yml": FILTERS,
    "filters/node.sql": "select node_id as value, node_name as title from kpi.dim_nodes\n",
    "shared.yml": SHARED,
    "shared/nights.sql": "select as_of from kpi.refreshes\n",
    "sales.yml": SALES,
    "sales/bookings.sql": BOOKINGS,
}


class DashboardFiles:
    """The files in a folder, which a test may change."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name, content in FILES.items():
            self.write(name, content)

    def write(self, name: str, content: str) -> None:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")

    def replace(self, name: str, old: str, new: str) -> int:
        """Put `new` in the place of the only `old`; the line on which that begins."""
        content = (self.folder / name).read_text(encoding="utf-8")
        assert content.count(old) == 1, f"{old!r} stands {content.count(old)} times in {name}"
        self.write(name, content.replace(old, new))
        return content[: content.index(old)].count("\n") + 1

    def load(self) -> Dashboards:
        return load_dashboards(self.folder)

    def problems(self) -> list[tuple[str, int | None, str | None, str, str]]:
        """File, line, field, found and expected of all that is wrong."""
        try:
            self.load()
        except ConfigurationError as error:
            return [
                (
                    str(found.file.relative_to(self.folder)),
                    found.line,
                    found.field,
                    found.found,
                    found.expected,
                )
                for found in error.problems
            ]
        return []
