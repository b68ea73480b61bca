"""The configuration of an export that none of us wrote."""

from datetime import date
from pathlib import Path

import pytest

from yardstick.company import check_company

FOLDER = Path(__file__).resolve().parents[1] / "companies" / "maven"
EXPORT = FOLDER.parents[3] / "shared" / "data" / "maven_crm"


@pytest.mark.skipif(not EXPORT.is_dir(), reason="the Maven export is not beside the project")
def test_maven_is_a_company_without_problems():
    company = check_company(FOLDER)

    assert company.default_as_of() == date(2017, 12, 31)
    assert {goal.kpi for goal in company.goals} == {
        "bookings",
        "deals_won",
        "win_rate",
        "average_deal_size",
        "sales_cycle",
        "open_pipeline",
        "lead_to_deal_conversion",
        "sales_velocity",
        "quota_attainment",
        "pipeline_coverage",
        "new_customers",
        "repeat_sales_share",
        "pipeline_created",
        "crm_completeness",
    }
    assert len(company.targets) == 25
    assert company.source("crm").entities["deals"].aliases == {"product_id": {"GTXPro": "GTX Pro"}}
