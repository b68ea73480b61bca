"""Bad input, and what it gets: a clear error, or a counted, named, withheld row; nothing vanishes unseen."""

import getpass
from decimal import Decimal

import pytest
from commands import Commands
from conftest import Night
from small_company import (
    JANUARY_DIRT,
    NIGHT_1,
    NIGHT_2,
    SmallCompany,
    deals_of,
)
from warehouse_reading import OF_THE_RUN, published, query, session, without

# ---- rows that something is wrong with


@pytest.fixture(scope="module")
def issues(commands: Commands, small: SmallCompany, night_1: Night) -> dict[str, dict[str, str]]:
    """The deals in kpi.data_issues on the first night."""
    assert night_1.done.exit_code == 0, night_1.done.said
    rows = query(commands, small.folder, "select * from kpi.data_issues where record_kind = 'deal'")
    return {row["record_id"]: row for row in rows}


@pytest.mark.parametrize(
    ("deal", "rule", "owner", "what", "hint", "found"),
    [
        ("X1", "deal_without_owner", "", "The deal has no owner.", "Enter who owns the deal.", ""),
        (
            "X2",
            "deal_owner_unknown",
            "",
            "The deal's owner is not in the org tree.",
            "Hand the deal to someone who is here, or add the owner's CRM id to org.csv.",
            "zoe",
        ),
        (
            "X3",
            "won_without_amount",
            "Anna",
            "The deal is won but has no amount.",
            "Enter the amount that was agreed.",
            "",
        ),
        (
            "X4",
            "closed_before_created",
            "Boris",
            "The deal was closed before it was created.",
            "Correct the date that is wrong; day and month may be swapped.",
            "created 2025-01-24, closed 2025-01-23",
        ),
        (
            "X5",
            "date_format",
            "",
            "A date is not written in the declared format; the row was not read.",
            "Correct the date in the CRM, or the format in company.yml.",
            "crm/deals.csv:60: created_at 31/01/2025",
        ),
    ],
)
def test_a_record_with_a_defect_is_named_with_its_owner_and_how_to_mend_it(
    issues: dict[str, dict[str, str]], deal: str, rule: str, owner: str, what: str, hint: str, found: str
) -> None:
    issue = issues[f"crm:{deal}"]
    assert (issue["rule_id"], issue["owner_name"]) == (rule, owner)
    assert (issue["what_en"], issue["mend_en"], issue["found"]) == (what, hint, found)
    assert issue["record_url"] == f"https://crm.example.com/deals/{deal}"


def test_no_record_without_a_defect_is_named(issues: dict[str, dict[str, str]]) -> None:
    assert set(issues) == {f"crm:X{number}" for number in range(1, 6)}


def test_what_nobody_owns_is_counted_under_unassigned(
    commands: Commands, small: SmallCompany, night_1: Night
) -> None:
    rows = query(
        commands,
        small.folder,
        "select node_kind, node_id, kpi_id, actual from kpi.scorecards where node_id like 'unassigned%' "
        "and period_kind = 'month' and period_start = '2025-01-01' and kpi_id in ('bookings', 'deals_won') "
        "order by node_kind, kpi_id",
    )
    assert [(*list(row.values())[:3], Decimal(row["actual"])) for row in rows] == [
        ("person", "unassigned", "bookings", 3000),
        ("person", "unassigned", "deals_won", 2),
        ("region", "unassigned-region", "bookings", 3000),
        ("region", "unassigned-region", "deals_won", 2),
        ("team", "unassigned-team", "bookings", 3000),
        ("team", "unassigned-team", "deals_won", 2),
    ]


def test_a_rejected_row_is_counted(commands: Commands, small: SmallCompany, night_1: Night) -> None:
    assert "59 rows read, 1 rejected, 58 new versions" in night_1.done.stdout
    status = commands.run("status", "--company", small.folder)
    assert status.exit_code == 0, status.said
    assert "A date is not written in the declared" in status.stdout


# ---- an export that has shrunk


class Shrunk:
    """A company whose second export lacks 24 of 59 deals: the night, and the same with --accept."""

    def __init__(self, commands: Commands, company: SmallCompany) -> None:
        self.company = company
        self.first = commands.refresh(company.folder, NIGHT_1)
        self.before = published(commands.home, company.folder)
        company.export([*list(deals_of(1, 2, 3).values())[:30], *JANUARY_DIRT])
        self.held = commands.refresh(company.folder, NIGHT_2)
        self.while_held = published(commands.home, company.folder)
        self.accepted = commands.refresh(
            company.folder, NIGHT_2, "--accept", "volume", "--note", "Old deals were archived."
        )


@pytest.fixture(scope="module")
def shrunk(commands: Commands, tmp_path_factory: pytest.TempPathFactory) -> Shrunk:
    return Shrunk(commands, SmallCompany(tmp_path_factory.mktemp("shrunk") / "company"))


def test_a_night_with_40_percent_fewer_deals_is_held_and_says_how_to_accept_it(shrunk: Shrunk) -> None:
    assert shrunk.first.exit_code == 0, shrunk.first.said
    assert shrunk.held.exit_code == 1
    assert "volume (crm deals): More than 20 %" in shrunk.held.stderr
    assert "The night of 2025-04-30 is held" in shrunk.held.stderr
    assert "yardstick refresh --accept CHECK --note" in shrunk.held.stderr
    assert "Traceback" not in shrunk.held.said


def test_while_a_night_is_held_people_keep_the_last_one(shrunk: Shrunk) -> None:
    told = (OF_THE_RUN, "data_issues")
    assert without(shrunk.while_held, *told) == without(shrunk.before, *told)
    assert len(shrunk.before["scorecards"]) > 0


def test_a_held_night_stands_in_refreshes_and_its_failed_check_in_data_issues(shrunk: Shrunk) -> None:
    assert [row for row in shrunk.while_held[OF_THE_RUN] if ",held," in row and "volume" in row]
    assert [row for row in shrunk.while_held["data_issues"] if "volume" in row and NIGHT_2 in row]


def test_an_accepted_night_is_published_with_who_accepted_what_and_why(
    commands: Commands, shrunk: Shrunk
) -> None:
    assert shrunk.accepted.exit_code == 0, shrunk.accepted.said
    rows = query(
        commands,
        shrunk.company.folder,
        "select as_of, accepted_checks, accepted_note, accepted_by, failed_checks from kpi.refreshes "
        "where state = 'published' order by ended_at desc limit 1",
    )
    assert rows == [
        {
            "as_of": NIGHT_2,
            "accepted_checks": "{volume}",
            "accepted_note": "Old deals were archived.",
            "accepted_by": getpass.getuser(),
            "failed_checks": "{landed.deal_dates,landed.volume}",
        }
    ]


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--accept", "volume"], "--accept needs --note"),
        (["--accept", "volum", "--note", "why"], "--accept: found 'volum'"),
    ],
)
def test_an_acceptance_without_a_note_or_of_an_unknown_check_is_wrong_use(
    commands: Commands, small: SmallCompany, options: list[str], complaint: str
) -> None:
    done = commands.run("refresh", "--company", small.folder, "--as-of", NIGHT_1, *options)
    assert (done.exit_code, done.stdout) == (2, "")
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


# ---- files that cannot be read

MORE_ENTITIES = """\
      people:
        file: people.csv
        fields: {id: login, name: full_name}
      accounts:
        file: accounts.csv
        fields: {id: number, name: title}
      products:
        file: products.csv
        fields: {id: number, name: title}
      leads:
        file: leads.csv
        fields: {id: number, owner_id: owner, created_at: created}
      activities:
        file: activities.csv
        fields: {id: number, kind: kind, owner_id: owner, happened_at: day}
"""


class Unreadable:
    """A company with an export broken in each of five ways, which then become two that a gate refuses."""

    def __init__(self, commands: Commands, company: SmallCompany) -> None:
        self.company = company
        company.replace("company.yml", "    entities:\n", f"    entities:\n{MORE_ENTITIES}")
        company.write("crm/people.csv", "login,name\na,Anna\n")
        company.write("crm/accounts.csv", "number;title\n1;Acme\n")
        (company.folder / "crm/products.csv").write_bytes("number,title\n1,Größe\n".encode("cp1252"))
        company.write("crm/leads.csv", 'number,owner,created\n1,a,2025-01-05\n2,"a,2025-01-06\n')
        self.unread = commands.refresh(company.folder, NIGHT_1)
        with session(commands.home, company.folder) as connection:
            self.landed = {
                entity: rows
                for entity in ("people", "accounts", "products", "leads", "activities", "deals")
                for (rows,) in connection.execute(f"select count(*) from raw_crm.{entity}")
            }
        company.write("crm/people.csv", "login,full_name\na,Anna\n")
        company.write("crm/accounts.csv", "number,title\n")
        company.write("crm/products.csv", "number,title\n1,Größe\n2")
        company.write("crm/leads.csv", "number,owner,created\n1,a,2025-01-05\n")
        company.write("crm/activities.csv", "number,kind,owner,day\n1,call,a,2025-01-05\n")
        self.refused = commands.refresh(company.folder, NIGHT_1)
        self.told = published(commands.home, company.folder)


@pytest.fixture(scope="module")
def unreadable(commands: Commands, tmp_path_factory: pytest.TempPathFactory) -> Unreadable:
    return Unreadable(commands, SmallCompany(tmp_path_factory.mktemp("unreadable") / "company"))


@pytest.mark.parametrize(
    ("file", "complaint"),
    [
        ("people.csv:1", "found the columns 'login', 'name'; expected 'full_name' too"),
        ("accounts.csv:1", "is the delimiter rather a semicolon than a comma?"),
        ("products.csv:2", "found 0xF6 at byte 17 of the file; expected text in utf-8"),
        ("leads.csv:3", "quote"),
        ("activities.csv", "found no file that can be read (No such file or directory)"),
    ],
    ids=["a missing column", "a wrong delimiter", "a broken encoding", "an open quote", "a missing file"],
)
def test_a_file_that_cannot_be_read_fails_the_night_and_says_what_is_wrong_with_it(
    unreadable: Unreadable, file: str, complaint: str
) -> None:
    assert unreadable.unread.exit_code == 1
    [line] = [line for line in unreadable.unread.stderr.splitlines() if f"crm/{file}:" in line]
    assert complaint in line
    assert "Traceback" not in unreadable.unread.said


def test_nothing_of_a_file_that_cannot_be_read_is_landed(unreadable: Unreadable) -> None:
    assert unreadable.landed == {
        "people": 0,
        "accounts": 0,
        "products": 0,
        "leads": 0,
        "activities": 0,
        "deals": 58,
    }


def test_an_empty_export_holds_the_night(unreadable: Unreadable) -> None:
    assert unreadable.refused.exit_code == 1
    assert "empty (crm accounts): The export holds no record at all." in unreadable.refused.stderr
    assert "Traceback" not in unreadable.refused.said


def test_half_a_row_at_the_end_holds_the_night(unreadable: Unreadable) -> None:
    assert "complete (crm products): The export is cut off in its last row." in unreadable.refused.stderr


def test_a_first_night_that_is_held_publishes_nothing_but_why(unreadable: Unreadable) -> None:
    told = {table for table, rows in unreadable.told.items() if rows}
    assert told == {OF_THE_RUN, "data_issues", "dim_labels"}
    assert len(unreadable.told[OF_THE_RUN]) == 2


# ---- day and month read in the wrong order


class Swapped:
    """An export that writes 31/01/2025 under a company.yml that says %m/%d/%Y; then with --accept."""

    def __init__(self, commands: Commands, company: SmallCompany) -> None:
        self.company = company
        company.replace("company.yml", '"%Y-%m-%d"', '"%m/%d/%Y"')
        company.export(
            f"S{month}{day},{'ab'[day % 2]},Won,100.00,{day:02}/{month:02}/2025,{day + 1:02}/{month:02}/2025"
            for month in (1, 2, 3)
            for day in range(1, 28)
        )
        self.held = commands.refresh(company.folder, NIGHT_1)
        self.accepted = commands.refresh(
            company.folder, NIGHT_1, "--accept", "rejected", "--note", "Show what comes of it."
        )


@pytest.fixture(scope="module")
def swapped(commands: Commands, tmp_path_factory: pytest.TempPathFactory) -> Swapped:
    return Swapped(commands, SmallCompany(tmp_path_factory.mktemp("swapped") / "company"))


def test_a_format_that_most_dates_do_not_fit_holds_the_night(swapped: Swapped) -> None:
    assert swapped.held.exit_code == 1
    assert "rejected (crm deals): More than 20 % of the rows could not be read." in swapped.held.stderr
    assert "81 rows read, 48 rejected" in swapped.held.stdout


def test_dates_read_in_the_wrong_order_withhold_every_kpi_that_uses_them_at_every_node(
    commands: Commands, swapped: Swapped
) -> None:
    assert swapped.accepted.exit_code == 0, swapped.accepted.said
    rows = query(
        commands,
        swapped.company.folder,
        "select kpi_id, node_id, status, actual, withheld_reason from kpi.scorecards "
        f"where period_kind = 'month' and period_end = '{NIGHT_1}' and kpi_id in "
        "('bookings', 'deals_won', 'win_rate', 'average_deal_size', 'sales_cycle', 'open_pipeline')",
    )
    assert len(rows) == 6 * 8  # Clara, her team and its region had no deal at all
    assert {(row["status"], row["actual"]) for row in rows} == {("withheld", "")}
    reason = "Day and month seem to be swapped in a date that this KPI uses."
    assert [row for row in rows if reason not in row["withheld_reason"]] == []
