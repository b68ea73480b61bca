"""The nights of a small company: what a first one shows, what a second one changes, and what none may."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from commands import Commands, Done
from conftest import Night, NightAgain, NightWatched
from small_company import NIGHT_1, SmallCompany
from warehouse_reading import OF_THE_RUN, Tables, published, query, session, without


def bookings(*months: str) -> list[tuple[str, Decimal]]:
    """January 2025 and the months after it, with what the company booked in each."""
    return [(f"2025-{number:02}", Decimal(amount)) for number, amount in enumerate(months, 1)]


def numbers(commands: Commands, company: SmallCompany, kpi: str, month: str) -> dict[str, Decimal]:
    """The KPI's number in a month, of every node that has one."""
    rows = query(
        commands,
        company.folder,
        "select node_id, actual from kpi.scorecards where actual is not null "
        f"and kpi_id = '{kpi}' and period_kind = 'month' and to_char(period_start, 'YYYY-MM') = '{month}'",
    )
    return {row["node_id"]: Decimal(row["actual"]) for row in rows}


def test_a_night_is_published_and_ends_with_the_scorecard(night_1: Night) -> None:
    assert night_1.done.exit_code == 0, night_1.done.said
    assert "Kleine Waage (money in EUR)" in night_1.done.stdout
    assert "59 rows read, 1 rejected, 58 new versions" in night_1.done.stdout
    assert night_1.done.stderr == ""


def test_a_second_refresh_of_the_same_night_changes_no_row_but_in_refreshes(
    night_1: Night, night_1_again: NightAgain
) -> None:
    assert night_1_again.done.exit_code == 0, night_1_again.done.said
    assert "0 rows changed" in night_1_again.done.stdout
    assert len(night_1.tables) > 20
    assert without(night_1_again.tables, OF_THE_RUN) == without(night_1.tables, OF_THE_RUN)
    assert without(night_1_again.versions_after, OF_THE_RUN) == without(
        night_1_again.versions_before, OF_THE_RUN
    )
    assert [len(night.tables[OF_THE_RUN]) for night in (night_1, night_1_again)] == [1, 2]


def test_the_same_raw_data_gives_the_same_tables_in_a_home_that_is_new(
    night_1: Night, night_1_elsewhere: Night
) -> None:
    assert night_1_elsewhere.done.exit_code == 0, night_1_elsewhere.done.said
    assert without(night_1_elsewhere.tables, OF_THE_RUN) == without(night_1.tables, OF_THE_RUN)


def test_of_two_refreshes_at_once_the_second_is_refused_and_the_first_goes_on(
    night_1_again: NightAgain,
) -> None:
    assert night_1_again.rival.exit_code == 1
    assert "another refresh of Kleine Waage is running" in night_1_again.rival.stderr
    assert f"process {night_1_again.rival_of}" in night_1_again.rival.stderr
    assert "Traceback" not in night_1_again.rival.said
    assert night_1_again.done.exit_code == 0


# ---- a second night, which found the past edited


def test_an_edited_amount_moves_its_own_period_and_a_deleted_deal_leaves_its_own(
    night_2: NightWatched,
) -> None:
    assert night_2.done.exit_code == 0, night_2.done.said
    assert night_2.before == bookings("5222.50", "3622.50", "5422.50")
    assert night_2.by_an_analysts_view == bookings("5222.50", "3221.00", "5522.50", "7222.50")


def test_a_won_deal_stays_with_who_owned_it_on_the_day(
    commands: Commands, small: SmallCompany, night_2: NightWatched
) -> None:
    march = numbers(commands, small, "bookings", "2025-03")
    assert march["boris"] == Decimal("1807.50")
    assert march["clara"] == Decimal("2707.50")


def test_an_open_deal_counts_for_whoever_owned_it_at_each_months_end(
    commands: Commands, small: SmallCompany, night_2: NightWatched
) -> None:
    march, april = (numbers(commands, small, "open_pipeline", month) for month in ("2025-03", "2025-04"))
    assert (march["boris"], march["anna"]) == (Decimal("1219.50"), Decimal("619.50"))
    assert (april["boris"], april["anna"]) == (Decimal("1819.50"), Decimal("1232.50"))


def test_a_movers_rows_belong_to_the_team_of_their_day(
    commands: Commands, small: SmallCompany, night_2: NightWatched
) -> None:
    april = numbers(commands, small, "bookings", "2025-04")
    assert april["boris"] == Decimal("2407.50")  # of which 803.50 after he moved
    assert april["red"] == april["north"] == Decimal("1207.50") + Decimal("1604.00")
    assert april["blue"] == april["south"] == Decimal("3607.50") + Decimal("803.50")
    pipeline = numbers(commands, small, "open_pipeline", "2025-04")
    assert (pipeline["red"], pipeline["blue"]) == (Decimal("1232.50"), Decimal("4845.50"))


def test_a_move_leaves_the_past_of_both_teams_as_it_was(
    commands: Commands, small: SmallCompany, night_2: NightWatched
) -> None:
    march = numbers(commands, small, "bookings", "2025-03")
    assert march["red"] == Decimal("907.50") + Decimal("1807.50") + 100  # the edit was Anna's
    assert march["blue"] == Decimal("2707.50")


def test_what_a_mover_takes_along_is_a_transfer_and_neither_lost_nor_new(
    commands: Commands, small: SmallCompany, night_2: NightWatched
) -> None:
    """Boris takes 206.50 + 406.50 + 606.50 + 803.50 + 804.50 along to blue; the first goes to Anna."""
    with session(commands.home, small.folder) as connection:
        april = connection.execute(
            "select node_id, opening, began, ended, transferred_in, transferred_out, closing"
            " from kpi.balance_changes where kpi_id = 'open_pipeline' and period_kind = 'month'"
            " and period_start = '2025-04-01' and node_id in ('red', 'blue', 'boris', 'small')"
        ).fetchall()
        moves = connection.execute("select * from kpi.person_moves").fetchall()
    assert {node: [str(amount) for amount in amounts] for node, *amounts in april} == {
        "red": ["1839.00", "5636.00", "3621.50", "206.50", "2827.50", "1232.50"],
        "blue": ["1819.50", "8836.00", "8431.00", "2827.50", "206.50", "4845.50"],
        "boris": ["1219.50", "4824.00", "4017.50", "0", "206.50", "1819.50"],
        "small": ["3658.50", "14472.00", "12052.50", "0", "0", "6078.00"],
    }
    assert moves == [("boris", date(2025, 4, 15), "moved", "red", "north", "blue", "south")]


def test_a_head_answers_for_both_teams_but_for_the_week_in_which_a_deputy_stood_in(
    commands: Commands, small: SmallCompany, night_2: NightWatched
) -> None:
    with session(commands.home, small.folder) as connection:
        march = connection.execute(
            "select person_id, person_name, node_id, days_as_head, days_acting, round(weighted_attainment, 6)"
            " from kpi.head_scorecards where period_kind = 'month' and period_start = '2025-03-01'"
            " order by person_id, node_id"
        ).fetchall()
        on_12_march = connection.execute(
            "select node_id, person_id from kpi.dim_heads where is_acting and valid_from <= '2025-03-12'"
            " and '2025-03-12' < coalesce(valid_to, 'infinity') order by node_id"
        ).fetchall()
    attained = Decimal("1.2")  # 3 of 5 deals won, where half was the target
    assert march == [
        ("ada", "Ada", "blue", 31, 31, attained),
        ("ada", "Ada", "red", 31, 24, attained),
        ("clara", "Clara", "red", 0, 7, attained),
    ]
    assert on_12_march == [("blue", "ada"), ("red", "clara")]


# ---- who reads meanwhile


def test_a_reader_in_a_transaction_goes_on_seeing_the_old_night_and_blocks_no_publish(
    night_2: NightWatched,
) -> None:
    assert night_2.done.exit_code == 0
    assert night_2.by_a_transaction_begun_before == night_2.before


def test_an_analysts_view_and_grant_survive_a_publish(night_2: NightWatched) -> None:
    assert night_2.by_an_analysts_view == bookings("5222.50", "3221.00", "5522.50", "7222.50")


# ---- a night that lies before the published one


@pytest.fixture(scope="module")
def earlier_night(commands: Commands, small: SmallCompany, night_2: NightWatched) -> Night:
    """The first night's date once more, after the second is published."""
    return Night(
        commands.refresh(small.folder, NIGHT_1),
        published(commands.home, small.folder),
    )


@pytest.fixture(scope="module")
def forced_night(commands: Commands, small: SmallCompany, earlier_night: Night) -> Night:
    """The same, with --force."""
    return Night(
        commands.refresh(small.folder, NIGHT_1, "--force"),
        published(commands.home, small.folder),
    )


def test_an_as_of_before_the_published_night_writes_history_and_leaves_kpi_alone(
    night_2: NightWatched, earlier_night: Night
) -> None:
    assert earlier_night.done.exit_code == 0, earlier_night.done.said
    assert (
        "kept as history, since 2025-04-30 is published; --force moves it back" in earlier_night.done.stdout
    )
    assert without(earlier_night.tables, OF_THE_RUN) == without(night_2.tables, OF_THE_RUN)
    assert states(night_2.tables) == ["published"] * 3
    assert states(earlier_night.tables) == ["history", "published", "published", "published"]


def test_force_moves_kpi_back_to_an_earlier_night(
    commands: Commands, small: SmallCompany, forced_night: Night
) -> None:
    assert forced_night.done.exit_code == 0, forced_night.done.said
    with session(commands.home, small.folder) as connection:
        last = connection.execute(
            "select max(period_start) from kpi.scorecards where period_kind = 'month'"
        ).fetchone()
        nights = connection.execute("select distinct as_of::text from kpi.data_issues").fetchall()
    assert str(last[0]) == "2025-03-01" if last else False
    assert nights == [(NIGHT_1,)]


def states(tables: Tables) -> list[str]:
    """The states of the runs that kpi.refreshes tells of, in alphabetical order."""
    known = ("published", "history", "held", "failed")
    return sorted(state for row in tables[OF_THE_RUN] for state in known if f",{state}," in row)


# ---- an as-of that is none


@pytest.mark.parametrize(
    ("as_of", "complaint"),
    [
        ("2025-13-01", "--as-of: found '2025-13-01'; expected a day such as"),
        ("yesterday", "--as-of: found 'yesterday'; expected a day such as"),
        ("2999-01-01", "--as-of: found 2999-01-01, which is not over; expected a day before"),
    ],
)
def test_an_as_of_that_is_no_day_or_not_over_is_refused(
    commands: Commands, small: SmallCompany, as_of: str, complaint: str
) -> None:
    done: Done = commands.run("refresh", "--company", small.folder, "--as-of", as_of)
    assert done.exit_code == 2
    assert complaint in done.stderr
    assert "Traceback" not in done.said
    assert done.stdout == ""


def test_today_is_not_over(commands: Commands, small: SmallCompany, home: Path) -> None:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    today = datetime.now(ZoneInfo("Europe/Berlin")).date().isoformat()
    done = commands.run("refresh", "--company", small.folder, "--as-of", today)
    assert (done.exit_code, done.stdout) == (2, "")
    assert f"found {today}, which is not over" in done.stderr
