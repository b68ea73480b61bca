"""Every question of every dashboard, run as the reader that Metabase is: on the demo, Maven, and nothing."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from commands import Commands, Done
from conftest import MAVEN, NightWatched
from small_company import HEADER, NIGHT_1, SmallCompany
from warehouse_reading import query, session

from yardstick.dashboards import Dashboard, Template, load_dashboards
from yardstick.dashboards.run import Answer, answer, choices, default_values
from yardstick.errors import YardstickError
from yardstick.languages import LANGUAGES
from yardstick.server.embedded import Role

DASHBOARDS = load_dashboards().dashboards
#: Each question once, on a dashboard that shows it.
QUESTIONS = {
    question.id: (dashboard, question)
    for dashboard in DASHBOARDS.values()
    for question in dashboard.questions()
}
#: What readers may choose on the demo, of every kind that there is, and what nobody can choose.
CHOSEN = {
    "node": ["demo", "north", "hamburg", "anna-hoffmann", "unassigned", "nobody's"],
    "period": ["this month", "last quarter", "this year", "2025-03", "2024", "no period"],
    "kpi": [
        "bookings",
        "win_rate",
        "sales_cycle",
        "open_pipeline",
        "overdue_share",
        "pipeline_coverage",
        "none",
    ],
    "known": ["now", "reported"],
    "comparison": ["plan", "last year"],
}
#: Nothing is in them on the demo's first night, or what they tell does not depend on what is chosen.
EMPTY_ON_THE_DEMO = {
    "data.checks",
    "kpi_health.verdict_changes",
    "kpi_health.restatements",
    "kpi_health.change_log",
    "leadership.withheld",
}


@pytest.fixture(scope="module")
def reader(commands: Commands, demo_company: Path, demo: Done) -> Iterator[psycopg.Connection]:
    assert demo.exit_code == 0, demo.said
    with session(commands.home, demo_company, Role.READER) as connection:
        yield connection


def ask(connection: psycopg.Connection, question_id: str, language: str = "en", **chosen: str) -> Answer:
    """What a question answers; what is not chosen has its default."""
    dashboard, question = QUESTIONS[question_id]
    assert language in LANGUAGES
    values = {**default_values(connection, dashboard), **chosen}
    return answer(connection, question, "ru" if language == "ru" else "en", values)


def records(found: Answer) -> list[dict[str, object]]:
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


def run_all(connection: psycopg.Connection) -> dict[str, int]:
    """Run every question in both languages with its defaults; how many rows each has."""
    rows = {}
    for dashboard in DASHBOARDS.values():
        values = default_values(connection, dashboard)
        for question in dashboard.questions():
            found = {language: answer(connection, question, language, values) for language in LANGUAGES}
            assert sorted(found["en"].columns) == sorted(question.columns), question.id
            assert len(found["en"].rows) == len(found["ru"].rows), question.id
            rows[question.id] = len(found["en"].rows)
    return rows


# ---- every question runs


def test_every_question_answers_on_the_demo_in_both_languages(reader: psycopg.Connection) -> None:
    rows = run_all(reader)

    assert {question for question, count in rows.items() if count == 0} == EMPTY_ON_THE_DEMO


def test_every_question_runs_on_maven(commands: Commands, maven: Done) -> None:
    assert maven.exit_code == 0, maven.said
    with session(commands.home, MAVEN, Role.READER) as connection:
        rows = run_all(connection)

    assert rows["shared.value"] == rows["shared.distance"] == 1
    assert rows["number.rows"] > 100
    assert rows["leadership.goal_tree"] > 0


def test_every_question_runs_where_the_first_night_was_held(
    commands: Commands, tmp_path_factory: pytest.TempPathFactory
) -> None:
    company = SmallCompany(tmp_path_factory.mktemp("nothing") / "company")
    company.write("crm/deals.csv", f"{HEADER}\n")
    unheard_of = commands.run("dashboards", "run", "shared.nights", "--company", company.folder)
    done = commands.refresh(company.folder, NIGHT_1)
    assert done.exit_code == 1, done.said

    with session(commands.home, company.folder, Role.READER) as connection:
        rows = run_all(connection)
        [night] = records(ask(connection, "shared.nights", "ru"))

    assert unheard_of.exit_code == 2
    assert "Nothing is published yet" in unheard_of.stderr
    assert {question for question, count in rows.items() if count > 0} <= {"shared.nights", "data.checks"}
    assert night["state"] == "⊘ не опубликовано"
    assert "crm deals" in str(night["checks"])


@pytest.mark.parametrize("question_id", QUESTIONS)
def test_every_filter_filters(reader: psycopg.Connection, question_id: str) -> None:
    dashboard, question = QUESTIONS[question_id]
    defaults = default_values(reader, dashboard)
    usual = answer(reader, question, "en", defaults)
    for tag in question.sql.tags:
        answers = [answer(reader, question, "en", {**defaults, tag: value}) for value in CHOSEN[tag]]
        # One night has reported nothing else than what it knows.
        if tag != "known" and question_id not in EMPTY_ON_THE_DEMO:
            assert any(found.rows != usual.rows for found in answers), f"{tag} does not filter {question_id}"


@pytest.mark.parametrize("question_id", QUESTIONS)
def test_a_question_answers_for_several_choices_at_once(reader: psycopg.Connection, question_id: str) -> None:
    """What a renderer without a server needs: columns in the place of the tags, joined laterally."""
    dashboard, question = QUESTIONS[question_id]
    defaults = default_values(reader, dashboard)
    several = [defaults, {**defaults, "node": "hamburg"}, {**defaults, "node": "demo", "period": "2025-03"}]
    tags = sorted({*defaults, "node", "period"})
    values = ", ".join(
        f"({number}, {', '.join(psycopg.sql.quote(chosen.get(tag, '')) for tag in tags)})"
        for number, chosen in enumerate(several)
    )
    statement = question.sql.filled("en", "choices.{}".format)
    at_once = reader.execute(
        f"select found.*, choices.number from (values {values}) as choices (number, {', '.join(tags)}) "
        f"cross join lateral (\n{statement}\n) as found".encode()
    ).fetchall()

    for number, chosen in enumerate(several):
        alone = answer(reader, question, "en", chosen).rows
        assert sorted(map(repr, alone)) == sorted(repr(row[:-1]) for row in at_once if row[-1] == number)


@pytest.mark.parametrize("dashboard", DASHBOARDS.values(), ids=DASHBOARDS)
def test_every_filter_offers_what_it_is_for(reader: psycopg.Connection, dashboard: Dashboard) -> None:
    for chosen in dashboard.filters:
        for language in LANGUAGES:
            offered = choices(reader, chosen, language)
            assert len(offered) == len({choice.value for choice in offered}) > 1, chosen.key
            assert all(choice.title for choice in offered), chosen.key


# ---- what they tell is what the marts hold


@pytest.mark.parametrize(
    ("language", "said"), [("en", "2,038,582"), ("ru", "2\u00a0038\u00a0582")], ids=["English", "Russian"]
)
def test_the_number_is_the_scorecards(
    commands: Commands, demo_company: Path, reader: psycopg.Connection, language: str, said: str
) -> None:
    [row] = query(
        commands,
        demo_company,
        "select actual from kpi.scorecards where kpi_id = 'bookings' and node_id = 'hamburg' "
        "and period_kind = 'quarter' and period_start = '2026-04-01'",
    )
    [number] = records(ask(reader, "shared.value", language, node="hamburg", period="2026-Q2"))

    assert f"{Decimal(row['actual']):,.0f}" == said.replace("\u00a0", ",")
    assert number["value"] == said


def test_a_withheld_number_says_so_and_why(
    commands: Commands, demo_company: Path, reader: psycopg.Connection
) -> None:
    withheld = query(
        commands,
        demo_company,
        "select kpi_id, node_id, withheld_reason_ru from kpi.scorecards where status = 'withheld' "
        "and period_kind = 'month' and period_start = '2026-06-01' and node_kind = 'region' limit 3",
    )
    assert withheld
    for row in withheld:
        [number] = records(ask(reader, "shared.value", "ru", node=row["node_id"], kpi=row["kpi_id"]))
        assert number["value"] == "⊘ скрыт"
        assert str(number["note"]).endswith(row["withheld_reason_ru"])


@pytest.mark.parametrize("node", ["demo", "north", "hamburg"])
def test_the_way_from_plan_to_actual_adds_up(
    commands: Commands, demo_company: Path, reader: psycopg.Connection, node: str
) -> None:
    [row] = query(
        commands,
        demo_company,
        f"select round(actual, 2) as actual from kpi.scorecards where kpi_id = 'bookings' "
        f"and node_id = '{node}' and period_kind = 'month' and period_start = '2026-06-01'",
    )
    steps = records(ask(reader, "leadership.gap", node=node))

    assert len(steps) > 2
    assert abs(sum(Decimal(str(step["amount"])) for step in steps) - Decimal(row["actual"])) <= Decimal(
        "0.05"
    )


@pytest.mark.parametrize("kpi", ["bookings", "open_pipeline", "meetings_held"])
def test_the_records_of_a_seller_add_up_to_the_number(
    commands: Commands, demo_company: Path, reader: psycopg.Connection, kpi: str
) -> None:
    [row] = query(
        commands,
        demo_company,
        f"select actual, rows_counted from kpi.scorecards where kpi_id = '{kpi}' "
        "and node_id = 'anna-hoffmann' and period_kind = 'month' and period_start = '2026-06-01'",
    )
    found = records(ask(reader, "number.rows", node="anna-hoffmann", kpi=kpi))

    assert len(found) == int(row["rows_counted"])
    # Each is written to the unit.
    shown = sum(Decimal(str(record["numerator"]).replace(",", "")) for record in found)
    assert abs(shown - Decimal(row["actual"])) <= len(found) * Decimal("0.5")
    assert all(str(record["record_url"]).startswith("https://") for record in found)


def test_each_level_leads_to_the_one_below(reader: psycopg.Connection) -> None:
    way = {"demo": "north", "north": "hamburg", "hamburg": "anna-hoffmann"}
    for node, child in way.items():
        assert child in {record["node_id"] for record in records(ask(reader, "shared.below", node=node))}
    assert records(ask(reader, "shared.below", node="anna-hoffmann")) == []


def test_a_number_is_shown_as_known_now_or_as_it_was_reported(
    commands: Commands, demo_company: Path, demo: Done
) -> None:
    with session(commands.home, demo_company) as owner, owner.transaction(force_rollback=True):
        owner.execute(
            "update kpi.scorecard_history set actual = 7 where kpi_id = 'bookings' and node_id = 'demo' "
            "and period_kind = 'month' and period_start = '2026-05-01'"
        )
        months = {
            known: {
                record["period"]: record["actual"]
                for record in records(ask(owner, "shared.history", node="demo", known=known))
            }
            for known in CHOSEN["known"]
        }

    assert months["reported"].pop("2026-05") == 7
    assert months["now"].pop("2026-05") != 7
    assert months["reported"] == months["now"]


def test_what_the_second_night_restated_is_told_and_both_numbers_can_be_seen(
    commands: Commands, small: SmallCompany, night_2: NightWatched
) -> None:
    """Anna won 301.50, 302.50 and 303.50 in March; then the first deal was edited to 401.50."""
    assert night_2.done.exit_code == 0, night_2.done.said
    with session(commands.home, small.folder, Role.READER) as connection:
        restated = records(ask(connection, "kpi_health.restatements", "ru", node="anna"))
        [night] = records(ask(connection, "shared.nights"))
        [(restatements,)] = connection.execute("select count(*) from kpi.restatements").fetchall()
        march = {
            known: records(ask(connection, "shared.history", node="anna", period="2025-03", known=known))[-1]
            for known in CHOSEN["known"]
        }

    [bookings] = [row for row in restated if (row["kpi_id"], row["period_id"]) == ("bookings", "2025-03")]
    assert (bookings["period"], bookings["before"], bookings["after"]) == ("март 2025", "908", "1\u00a0008")
    assert bookings["records"] == 1
    assert night["restated"] == restatements > 0
    assert march["now"]["actual"] == Decimal("1007.50")
    assert march["reported"]["actual"] == Decimal("907.50")


def test_what_changed_between_nights_is_told(
    commands: Commands, small: SmallCompany, night_2: NightWatched
) -> None:
    with session(commands.home, small.folder, Role.READER) as connection:
        verdicts = ask(connection, "kpi_health.verdict_changes", node="small")
        [(changes,)] = connection.execute(
            "select count(*) from kpi.verdict_changes where node_id = 'small' and verdict <> verdict_before"
        ).fetchall()

    assert len(verdicts.rows) == changes > 0


def test_last_year_is_the_same_month_a_year_ago(
    commands: Commands, demo_company: Path, reader: psycopg.Connection
) -> None:
    year_ago = query(
        commands,
        demo_company,
        "select to_char(period_start + interval '1 year', 'YYYY-MM') as month, 100 * actual as percent "
        "from kpi.scorecards where kpi_id = 'win_rate' and node_id = 'south' and period_kind = 'month' "
        "and period_start between '2024-06-01' and '2025-06-01'",
    )
    found = records(ask(reader, "shared.history", kpi="win_rate", node="south", comparison="last year"))

    assert {str(record["period"]): record["compared"] for record in found} == {
        row["month"]: Decimal(row["percent"]) for row in year_ago
    }


def test_deals_to_move_are_the_stalled_ones_and_those_without_a_next_step(
    commands: Commands, demo_company: Path, reader: psycopg.Connection
) -> None:
    rows = query(
        commands,
        demo_company,
        "select deals.record_url, string_agg(distinct kpi_id, ' ') as kpis from kpi.kpi_rows "
        "join kpi.fct_deals as deals on deal_id = record_id "
        "where kpi_id in ('stalled_deals_share', 'deals_without_next_step_share') and numerator = 1 "
        "and event_on <= '2026-06-30' and (until_on is null or until_on > '2026-06-30') "
        "and person_id = 'anna-hoffmann' group by deals.record_url",
    )
    words = {"stalled_deals_share": "stalled", "deals_without_next_step_share": "no next step"}
    found = records(ask(reader, "shared.deals_to_move", node="anna-hoffmann"))

    assert rows
    assert {record["record_url"]: set(str(record["why"]).split(", ")) for record in found} == {
        row["record_url"]: {words[kpi] for kpi in row["kpis"].split()} for row in rows
    }


def test_records_to_mend_are_those_of_the_people_of_the_node(
    commands: Commands, demo_company: Path, reader: psycopg.Connection
) -> None:
    [row] = query(
        commands,
        demo_company,
        "select count(*) as issues from kpi.data_issues join kpi.dim_nodes as people "
        "on people.node_id = person_id and people.parent_id = 'hamburg' and people.valid_to is null",
    )
    found = ask(reader, "shared.issues", "ru", node="hamburg")

    assert len(found.rows) == int(row["issues"]) > 0


def test_one_question_on_the_command_line(commands: Commands, demo_company: Path, demo: Done) -> None:
    done = commands.run(
        *("dashboards", "run", "heads.people", "--company", demo_company, "--format", "csv", "--lang", "ru"),
        *("--set", "node=hamburg", "--set", "period=2026-Q2"),
    )
    [row] = query(
        commands,
        demo_company,
        "select count(*) as people from kpi.person_scorecards join kpi.node_people using (person_id) "
        "where node_id = 'hamburg' and period_kind = 'quarter' and period_start = '2026-04-01' "
        "and valid_from <= '2026-06-30' and valid_to > '2026-04-01'",
    )

    assert (done.exit_code, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == 1 + int(row["people"])


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (["heads.peoples"], "the unknown question 'heads.peoples'"),
        (["heads.people", "--set", "team=hamburg"], "--set: found the unknown filter 'team'"),
        (["heads.people", "--set", "hamburg"], "--set: found 'hamburg'; expected a filter and its value"),
    ],
)
def test_a_wrong_question_or_filter_is_refused(
    commands: Commands, demo_company: Path, demo: Done, wrong: list[str], complaint: str
) -> None:
    done = commands.run("dashboards", "run", *wrong, "--company", demo_company)

    assert done.exit_code == 2
    assert complaint in done.stderr


def test_a_question_that_cannot_be_run_is_named(reader: psycopg.Connection) -> None:
    _, question = QUESTIONS["shared.nights"]
    broken = replace(question, sql=Template("select as_of from kpi.no_such_table"))

    with pytest.raises(YardstickError, match=r"shared/nights\.sql: relation .* does not exist"):
        answer(reader, broken, "en", {})
