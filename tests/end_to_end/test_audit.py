"""The demo company's audit: what its night says of the conditions, and how `yardstick audit` shows it."""

import csv
import io
from pathlib import Path

import pytest
from commands import Commands, Done
from warehouse_reading import query


def test_every_kpi_leads_to_a_goal_of_the_company(commands: Commands, demo_company: Path, demo: Done) -> None:
    verdicts = query(
        commands,
        demo_company,
        "select kpi_id, verdict from kpi.kpi_verdicts where condition = 'tied' and dimension = 'reach'",
    )
    assert len(verdicts) == 41
    assert {row["verdict"] for row in verdicts} == {"pass"}


def test_a_persons_number_of_every_kpi_is_the_same_by_hand(
    commands: Commands, demo_company: Path, demo: Done
) -> None:
    """41 KPIs, each recomputed row by row without SQL, of somebody whom the night chose."""
    verdicts = query(
        commands,
        demo_company,
        "select kpi_id, n, verdict, estimate from kpi.kpi_verdicts where dimension = 'hand_check'",
    )
    assert len(verdicts) == 41
    assert {row["verdict"] for row in verdicts} == {"pass"}
    assert all(int(row["n"]) > 0 and float(row["estimate"] or 0) < 1e-6 for row in verdicts)


def test_a_deal_won_without_an_amount_parts_a_goal_from_its_factors(
    commands: Commands, demo_company: Path, demo: Done
) -> None:
    """326 deals of 29,378.44 on average would be 9,577,371.03; one of the 326 has no amount."""
    [verdict] = query(
        commands,
        demo_company,
        "select verdict, estimate, reason, mend from kpi.kpi_verdicts "
        "where kpi_id = 'average_deal_size' and node_kind = 'company' and dimension = 'arithmetic'",
    )
    assert verdict["verdict"] == "pass"
    assert verdict["reason"] == (
        "“Bookings” came to 9\u00a0547\u00a0992.59, "
        "and the goals below it make 9\u00a0577\u00a0371.03 (2026-Q2)."
    )
    assert float(verdict["estimate"]) == round((9577371.03 - 9547992.59) / 9547992.59, 6)


def test_most_of_what_a_kpi_counts_for_people_is_their_own_work(
    commands: Commands, demo_company: Path, demo: Done
) -> None:
    """Of bookings, what others closed of the deals of the year before: counted here from deals and splits."""
    [verdict] = query(
        commands,
        demo_company,
        "select estimate, n, verdict from kpi.kpi_verdicts "
        "where kpi_id = 'bookings' and dimension = 'ownership'",
    )
    [counted] = query(
        commands,
        demo_company,
        """
        select
            count(*) as n,
            sum(abs(numerator)) filter (where actor_id = person_id) / sum(abs(numerator)) as share
        from kpi.kpi_rows
        where
            kpi_id = 'bookings' and person_id is not null and actor_id is not null
            and event_on between '2025-07-01' and '2026-06-30'
        """,
    )
    assert verdict["n"] == counted["n"]
    assert float(verdict["estimate"]) == pytest.approx(float(counted["share"]), abs=1e-6)
    assert verdict["verdict"] == "pass"


def test_signs_of_gaming_are_looked_for_in_every_team_and_decide_nothing(
    commands: Commands, demo_company: Path, demo: Done
) -> None:
    """How much of June's bookings fell on its last two working days, counted here from rows and calendar."""
    verdicts = query(
        commands,
        demo_company,
        """
        select node_id, dimension, verdict, estimate, is_decisive::text
        from kpi.kpi_verdicts
        where
            kpi_id = 'bookings'
            and dimension in ('rush', 'pull_forward', 'spike', 'late_counter')
        """,
    )
    nodes = query(
        commands,
        demo_company,
        "select node_id from kpi.dim_nodes where node_kind in ('team', 'company') "
        "and node_id <> 'unassigned-team' and coalesce(valid_to > '2026-06-30', true)",
    )
    assert {(row["node_id"], row["dimension"]) for row in verdicts} == {
        (node["node_id"], sign)
        for node in nodes
        for sign in ("rush", "pull_forward", "spike", "late_counter")
    }
    assert {row["verdict"] for row in verdicts} <= {"pass", "warn"}
    assert {row["is_decisive"] for row in verdicts} == {"false"}
    [rush] = [row for row in verdicts if (row["node_id"], row["dimension"]) == ("demo", "rush")]
    [counted] = query(
        commands,
        demo_company,
        """
        select sum(numerator) filter (where event_on >= last.begins_on) / sum(numerator) as share
        from kpi.kpi_rows
        cross join (
            select min(date_on) as begins_on
            from (
                select date_on from kpi.dim_dates
                where month_start = '2026-06-01' and is_working_day
                order by date_on desc
                limit 2
            ) as days
        ) as last
        where kpi_id = 'bookings' and event_on between '2026-06-01' and '2026-06-30'
        """,
    )
    assert float(rush["estimate"]) == pytest.approx(float(counted["share"]), abs=1e-6)


def test_a_condition_is_as_good_as_its_worst_dimension(
    commands: Commands, demo_company: Path, demo: Done
) -> None:
    [judged] = query(
        commands,
        demo_company,
        "select verdict, reason from kpi.kpi_conditions "
        "where kpi_id = 'forecast_accuracy' and node_kind = 'company' and condition = 'easy'",
    )
    assert judged["verdict"] == "warn"
    assert judged["reason"].startswith("Takes some work to follow: 55 points of 100")


def test_the_audit_as_csv_has_every_condition_that_was_judged(
    commands: Commands, demo_company: Path, demo: Done
) -> None:
    done = commands.run("audit", "--company", demo_company, "--format", "csv", "--kpi", "bookings")
    assert done.exit_code == 0, done.said
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["condition"] for row in rows] == ["tied", "controllable", "measurable", "easy", "realistic"]
    assert {(row["kpi_id"], row["title"], row["as_of"]) for row in rows} == {
        ("bookings", "Bookings", "2026-06-30")
    }


def test_the_audit_on_the_terminal_says_what_is_wrong_and_how_to_mend_it(
    commands: Commands, demo_company: Path, demo: Done
) -> None:
    done = commands.run("audit", "--company", demo_company)
    assert done.exit_code == 0, done.said
    assert "NO Deals won, Tied to a goal" in done.stdout
    assert "What would mend it" in done.stdout


def test_the_report_needs_nothing_but_itself(commands: Commands, demo_company: Path, demo: Done) -> None:
    done = commands.run("audit", "--company", demo_company, "--format", "html", "--lang", "ru")
    assert done.exit_code == 0, done.said
    assert done.stdout.startswith("<!DOCTYPE html>")
    assert '<html lang="ru">' in done.stdout
    assert "Средний чек" in done.stdout
    assert not any(outside in done.stdout for outside in ("http:", "https:", "<script", "<link", "<img"))


def test_a_kpi_that_is_not_there_is_told_with_the_one_that_was_meant(
    commands: Commands, demo_company: Path, demo: Done
) -> None:
    done = commands.run("audit", "--company", demo_company, "--kpi", "booking")
    assert done.exit_code == 2
    assert "found the unknown KPI 'booking'" in done.stderr
    assert "did you mean 'bookings'?" in done.stderr
