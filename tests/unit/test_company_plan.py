"""company.yml's plan: by what targets are derived, with its defaults, and what it may not say."""

from decimal import Decimal

import pytest
from company_files import CompanyFiles


@pytest.fixture
def files(tmp_path):
    return CompanyFiles(tmp_path)


def test_a_company_that_says_nothing_plans_by_capacity(files):
    plan = files.load().settings.plan

    assert (plan.policy_of("bookings"), plan.history_months) == ("capacity", 12)
    assert plan.ramp == (Decimal("0.25"), Decimal("0.5"), Decimal("0.75"), Decimal(1))


def test_a_kpi_may_have_a_policy_of_its_own(files):
    files.append("company.yml", "plan: {policy: equal, policies: {bookings: history_share}, ramp: [0, 1]}")

    plan = files.load().settings.plan

    assert (plan.policy_of("bookings"), plan.policy_of("deals_won")) == ("history_share", "equal")


@pytest.mark.parametrize(
    ("plan", "field", "found", "expected"),
    [
        ("{policy: fair}", "policy", "'fair'", "'capacity', 'history_share' or 'equal'"),
        (
            "{policies: {bookings: fair}}",
            "policies.bookings",
            "'fair'",
            "'capacity', 'history_share' or 'equal'",
        ),
        (
            "{policies: {bokings: equal}}",
            "policies.bokings",
            "the unknown KPI 'bokings'",
            "a KPI that has a definition; did you mean 'bookings'?",
        ),
        (
            "{policies: {win_rate: equal}}",
            "policies.win_rate",
            "'win_rate', whose target is the same for children and parent",
            "a KPI that adds up over people",
        ),
        (
            "{history_months: 0}",
            "history_months",
            "'0'",
            "how many months before a fiscal year make the shares of history_share, 1 to 36",
        ),
        ("{ramp: [0.5, 0]}", "ramp.2", "'0'", "more than 0: it stays for good"),
        (
            "{ramp: []}",
            "ramp",
            "an empty list",
            "what share of a full day, 0 to 1, a day counts in each month since the hire; the last one stays",
        ),
        (
            "{over_assignment: 0.05}",
            "over_assignment",
            "the unknown key 'over_assignment'",
            "one of policy, policies, history_months, ramp",
        ),
    ],
)
def test_a_wrong_plan_is_refused(files, plan, field, found, expected):
    files.define("win_rate", unit="share", aggregation="ratio")
    line = files.append("company.yml", f"plan: {plan}")

    assert files.problems() == [("company.yml", line, f"plan.{field}", found, expected)]
