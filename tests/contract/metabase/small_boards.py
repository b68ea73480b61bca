"""Two dashboards on two tables, small enough to know every answer by heart.

kpi.plans holds a plan and an actual of two nodes in two months:

    node    2026-06      2026-05
    north   100 of 120    90 of 100
    south    50 of  40     0 of  40
"""

from pathlib import Path

import psycopg

TABLES = """
    create table kpi.nodes (node_id text primary key, title_en text, title_ru text);
    comment on table kpi.nodes is 'One row per node.';
    comment on column kpi.nodes.node_id is 'Node.';
    create table kpi.plans (
        node_id text, month text, plan numeric, actual numeric, record_url text, primary key (node_id, month)
    );
    insert into kpi.nodes values ('north', 'North', 'Север'), ('south', 'South', 'Юг');
    insert into kpi.plans values
        ('north', '2026-06', 120, 100, 'https://crm.example.com/1'),
        ('north', '2026-05', 100, 90, null),
        ('south', '2026-06', 40, 50, null),
        ('south', '2026-05', 40, 0, null);
"""

FILES = {
    "filters.yml": """\
filters:
  month:
    title: {en: Month, ru: Месяц}
  node:
    title: {en: Node, ru: Подразделение}
  day:
    title: {en: Until, ru: До}
    tag: month
""",
    "filters/month.sql": "select distinct month as value, month as title from kpi.plans order by 1 desc\n",
    "filters/day.sql": "select distinct month as value, month as title from kpi.plans order by 1 desc\n",
    "filters/node.sql": "select node_id as value, title_{language} as title from kpi.nodes order by 1\n",
    "shared.yml": """\
foot:
  - {question: rows, column: 0, row: 0, width: 6, height: 2}
questions:
  rows:
    title: {en: Rows, ru: Строки}
    tells: {en: How many plans there are., ru: Сколько планов.}
    chart: {kind: number, value: rows}
    columns:
      rows: {title: {en: Rows, ru: Строки}, format: integer}
    empty: {en: Nothing., ru: Пусто.}
""",
    "shared/rows.sql": "select count(*) as rows from kpi.plans\n",
    "leadership.yml": """\
title: {en: Leadership, ru: Руководство}
description: {en: Are we on plan?, ru: По плану ли мы?}
audience: [leadership, heads]
subscription: {day: mon, hour: 7}
filters: [month]
tabs:
  - key: plan
    title: {en: Plan, ru: План}
    tiles:
      - {text: {en: The plan of the month., ru: План месяца.}, column: 0, row: 0, width: 24, height: 1}
      - {question: nodes, column: 0, row: 1, width: 12, height: 6}
  - key: months
    title: {en: Months, ru: Месяцы}
    tiles:
      - {question: course, column: 0, row: 0, width: 24, height: 6}
questions:
  nodes:
    title: {en: Plan by node, ru: План по подразделениям}
    tells: {en: What each node has reached., ru: Чего достигло каждое подразделение.}
    chart: {kind: table}
    columns:
      node_id: {}
      node: {title: {en: Node, ru: Подразделение}, click: {to: seller, pass: {node: node_id}}}
      plan: {title: {en: Plan, ru: План}, format: money}
      actual: {title: {en: Actual, ru: Факт}, format: money, link: url}
      url: {}
    empty: {en: Nothing., ru: Пусто.}
  course:
    title: {en: Month by month, ru: По месяцам}
    tells: {en: Actual and plan., ru: Факт и план.}
    chart: {kind: line, x: month, y: [actual, plan]}
    columns:
      month: {title: {en: Month, ru: Месяц}}
      actual: {title: {en: Actual, ru: Факт}, format: money}
      plan: {title: {en: Plan, ru: План}, format: money}
    empty: {en: Nothing., ru: Пусто.}
""",
    "leadership/nodes.sql": """\
select plans.node_id, nodes.title_{language} as node, plans.plan, plans.actual, plans.record_url as url
from kpi.plans as plans
inner join kpi.nodes as nodes on plans.node_id = nodes.node_id
where plans.month = {{month}}
order by plans.node_id
""",
    "leadership/course.sql": """\
select month, sum(actual) as actual, sum(plan) as plan
from kpi.plans
group by month
order by month
""",
    "seller.yml": """\
title: {en: Seller, ru: Менеджер}
description: {en: Where am I?, ru: Где я?}
audience: [sellers, heads]
filters: [day, node]
tabs:
  - key: today
    title: {en: Today, ru: Сегодня}
    tiles:
      - {question: mine, column: 0, row: 0, width: 12, height: 4}
questions:
  mine:
    title: {en: My plan, ru: Мой план}
    tells: {en: What I have reached., ru: Чего я достиг.}
    chart: {kind: progress, value: actual, goal: plan}
    columns:
      actual: {title: {en: Actual, ru: Факт}, format: money}
      plan: {title: {en: Plan, ru: План}, format: money}
    click: {to: leadership, tab: months}
    empty: {en: Nothing., ru: Пусто.}
""",
    "seller/mine.sql": """\
select actual, plan
from kpi.plans
where month = {{month}} and node_id = {{node}}
""",
}


class SmallBoards:
    """The folder of dashboards, to be edited between pushes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name: str, text: str) -> None:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def replace(self, name: str, old: str, new: str) -> None:
        """Put another text in the place of one that the file has once."""
        text = (self.folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new))

    def remove(self, name: str) -> None:
        (self.folder / name).unlink()


def furnish(connection: psycopg.Connection) -> None:
    """Publish the two tables."""
    connection.execute(TABLES)
