"""Targets of the small company over two nights: given in the file, held by its CRM, shared by a policy.

The year 2025 is 120,000 for the company, shared by people. The CRM holds targets, too: of May for Clara and
for Anna, who has one in targets.csv as well; and some that are of no use. Between the nights the board raises
the year, and the CRM raises Clara's May.
"""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from commands import Commands, Done
from small_company import NIGHT_1, NIGHT_2, SmallCompany
from warehouse_reading import query

CRM_TARGETS = """\
      targets:
        file: targets.csv
        fields: {id: id, kpi: kpi, node: node, owner_id: owner, period: period, level: level, value: value}
"""
HEADER = "id,kpi,node,owner,period,level,value"
HELD = [
    "T1,bookings,,c,2025-05,,5000",
    "T2,bookings,anna,,2025-05,target,1",
    "T3,bookings,,c,2025-05,stretch,9000",
    "T4,bokings,anna,,2025-05,target,1",
    "T5,bookings,zoe,,2025-05,target,1",
    "T6,bookings,anna,,May,target,1",
]
FILE = """\
kpi,node,period,level,value,currency,version,decided_on,decided_by,note
bookings,small,2025,target,120000,EUR,1,2024-12-01,Board,
bookings,small,2025,threshold,90000,EUR,1,2024-12-01,Board,
bookings,anna,2025-05,target,3000,EUR,1,2025-01-10,Ada,
"""
RAISED = "bookings,small,2025,target,150000,EUR,2,2025-04-10,Board,a good spring\n"


@dataclass(frozen=True)
class Planned:
    """The company after its second night, and what its numbers were after each."""

    company: SmallCompany
    nights: list[Done]
    targets: list[dict[str, Decimal]]


@pytest.fixture(scope="module")
def planned(commands: Commands, tmp_path_factory: pytest.TempPathFactory) -> Planned:
    company = SmallCompany(tmp_path_factory.mktemp("planned") / "company")
    company.replace("company.yml", "    entities:\n", f"    entities:\n{CRM_TARGETS}")
    company.replace("company.yml", "languages: [en, ru]\n", "languages: [en, ru]\nplan: {policy: equal}\n")
    company.write("targets.csv", FILE)
    company.write("crm/targets.csv", "\n".join([HEADER, *HELD, ""]))
    nights, targets = [commands.refresh(company.folder, NIGHT_1)], [march(commands, company)]
    company.write("targets.csv", FILE + RAISED)
    company.write("crm/targets.csv", "\n".join([HEADER, HELD[0].replace("5000", "6000"), *HELD[1:], ""]))
    nights.append(commands.refresh(company.folder, NIGHT_2))
    targets.append(march(commands, company))
    return Planned(company, nights, targets)


def march(commands: Commands, company: SmallCompany) -> dict[str, Decimal]:
    """Everybody's target of March, which was over before anything was raised."""
    rows = query(
        commands,
        company.folder,
        "select node_id, target from kpi.scorecards where kpi_id = 'bookings' and period_kind = 'month' "
        "and period_start = '2025-03-01' and target is not null",
    )
    return {row["node_id"]: Decimal(row["target"]) for row in rows}


def test_both_nights_are_published(planned: Planned) -> None:
    assert [night.exit_code for night in planned.nights] == [0, 0], planned.nights[-1].said


def test_a_target_is_shared_equally_among_people(planned: Planned) -> None:
    """Red has two people, Blue one."""
    targets = planned.targets[0]
    assert targets["red"] + targets["blue"] == targets["small"] == targets["north"] + targets["south"]
    assert targets["anna"] + targets["boris"] == targets["red"]
    assert abs(targets["small"] / 3 - targets["clara"]) <= Decimal("0.01")
    assert abs(targets["anna"] - targets["boris"]) <= Decimal("0.01")


def test_a_raised_plan_leaves_what_was_reported(commands: Commands, planned: Planned) -> None:
    before, after = planned.targets
    assert abs(after["small"] - before["small"] * Decimal("1.25")) <= Decimal("0.01")
    told = query(
        commands,
        planned.company.folder,
        "select reported_as_of, target from kpi.scorecard_history where kpi_id = 'bookings' "
        "and node_id = 'small' and period_kind = 'month' and period_start = '2025-03-01' order by 1",
    )
    assert [(row["reported_as_of"], Decimal(row["target"])) for row in told] == [
        (NIGHT_1, before["small"]),
        (NIGHT_2, after["small"]),
    ]
    restated = "select count(*) as count from kpi.restatements where kpi_id = 'bookings'"
    assert query(commands, planned.company.folder, restated) == [{"count": "0"}]


def test_a_raised_plan_stands_in_the_change_log(commands: Commands, planned: Planned) -> None:
    """The board's year and, of the CRM, Clara's May; what both nights had alike is no change."""
    changes = query(
        commands,
        planned.company.folder,
        "select subject_id, field, before, after from kpi.change_log "
        f"where subject_kind = 'target' and as_of = '{NIGHT_2}' and field in ('value', 'decided_by')",
    )
    assert sorted((row["subject_id"], row["before"], row["after"]) for row in changes) == [
        ("bookings clara month 2025-05-01 target", "5000.00", "6000.00"),
        ("bookings small year 2025-01-01 target", "120000.00", "150000.00"),
    ]
    elsewhere = "select count(*) as count from kpi.change_log where subject_kind <> 'target'"
    assert query(commands, planned.company.folder, elsewhere) == [{"count": "0"}]


def in_force(commands: Commands, planned: Planned, node: str, period: str, day: str) -> list[tuple[str, ...]]:
    rows = query(
        commands,
        planned.company.folder,
        "select level, value, version, source from kpi.target_versions "
        f"where kpi_id = 'bookings' and node_id = '{node}' and period_start = '{period}' "
        f"and decided_on <= '{day}' and (superseded_on is null or superseded_on > '{day}') order by level",
    )
    return [(row["level"], str(int(Decimal(row["value"]))), row["version"], row["source"]) for row in rows]


@pytest.mark.parametrize(
    ("node", "period", "day", "targets"),
    [
        (
            "small",
            "2025-01-01",
            "2025-04-09",
            [("target", "120000", "1", "targets.csv"), ("threshold", "90000", "1", "targets.csv")],
        ),
        (
            "small",
            "2025-01-01",
            "2025-04-10",
            [("target", "150000", "2", "targets.csv"), ("threshold", "90000", "1", "targets.csv")],
        ),
        ("clara", "2025-05-01", NIGHT_1, [("stretch", "9000", "1", "crm"), ("target", "5000", "1", "crm")]),
        ("clara", "2025-05-01", NIGHT_2, [("stretch", "9000", "1", "crm"), ("target", "6000", "2", "crm")]),
        ("anna", "2025-05-01", NIGHT_2, [("target", "3000", "1", "targets.csv")]),
    ],
)
def test_what_was_in_force_on_a_day_is_one_query(
    commands: Commands, planned: Planned, node: str, period: str, day: str, targets: list[tuple[str, ...]]
) -> None:
    assert in_force(commands, planned, node, period, day) == targets


def test_a_target_of_the_crm_that_is_of_no_use_is_listed(commands: Commands, planned: Planned) -> None:
    rows = query(
        commands,
        planned.company.folder,
        "select record_id, rule_id, found from kpi.data_issues where record_kind = 'target' order by 1",
    )
    assert [tuple(row.values()) for row in rows] == [
        ("crm:T4", "target_kpi_unknown", "bokings"),
        ("crm:T5", "target_node_unknown", "zoe"),
        ("crm:T6", "target_period_unknown", "May"),
    ]


def test_what_children_were_given_is_laid_beside_their_parents(commands: Commands, planned: Planned) -> None:
    """In May Red shares what North was given; Clara's 6,000 go beyond what is left for Blue."""
    rows = query(
        commands,
        planned.company.folder,
        "select node_id, coverage, over_assigned, target, children_target from kpi.target_reconciliations "
        "where kpi_id = 'bookings' and period_kind = 'month' and period_start = '2025-05-01' "
        "and level = 'target'",
    )
    told = {row["node_id"]: row for row in rows}
    assert Decimal(told["red"]["coverage"]) == Decimal(told["small"]["coverage"]) == 1
    assert Decimal(told["blue"]["children_target"]) == 6000
    assert Decimal(told["blue"]["over_assigned"]) == max(6000 - Decimal(told["blue"]["target"]), Decimal(0))


def test_explain_tells_how_a_target_was_derived(commands: Commands, planned: Planned) -> None:
    what = ("bookings", "--node", "boris", "--period", "2025-03")
    done = commands.run("kpi", "explain", *what, "--company", planned.company.folder)
    assert done.exit_code == 0, done.said
    told = " ".join(done.stdout.split())
    for text in (
        "derived, version 2",
        "given for small 2025 150,000 EUR (version 2, decided on 2025-04-10 by Board: a good spring)",
        "from above 50.0% of",
        "of red, by people",
        "phased by capacity and season",
        "Threshold",
    ):
        assert text in told
