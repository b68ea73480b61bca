"""Every KPI that counts rows, by its id."""

from ledger import activities, billing, customers, forecast, leads, pipeline, sales, service
from ledger.roll_up import Balance, Flow, Kpi

BASE_KPIS: dict[str, Kpi] = {
    # money and customers
    "revenue_collected": Flow("sum", billing.revenue_collected),
    "bookings": Flow("sum", sales.bookings),
    "gross_profit": Flow("sum", sales.gross_profit),
    "gross_margin": Flow("ratio", sales.gross_margin),
    "deals_won": Flow("sum", sales.deals_won),
    "average_deal_size": Flow("ratio", sales.average_deal_size),
    "win_rate": Flow("ratio", sales.win_rate),
    "sales_cycle": Flow("median", sales.sales_cycle),
    "average_discount": Flow("ratio", sales.average_discount),
    "new_customers": Flow("sum", sales.new_customers),
    "repeat_sales_share": Flow("ratio", sales.repeat_sales_share),
    "upsell_amount": Flow("sum", sales.upsell_amount),
    "customer_retention": Flow("ratio", customers.customer_retention),
    "net_revenue_retention": Flow("ratio", customers.net_revenue_retention),
    "overdue_receivables": Balance("sum", billing.overdue_receivables),
    "overdue_share": Balance("ratio", billing.overdue_share),
    "invoiced_sales": Flow("sum", billing.invoiced_sales),
    # pipeline, stages, forecast
    "stage_conversion": Flow("ratio", pipeline.stage_conversion),
    "forecast_accuracy": Flow("ratio", forecast.forecast_accuracy),
    "open_pipeline": Balance("sum", pipeline.open_pipeline),
    "weighted_pipeline": Balance("sum", pipeline.weighted_pipeline),
    "pipeline_created": Flow("sum", pipeline.pipeline_created),
    "stalled_deals_share": Balance("ratio", pipeline.stalled_deals_share),
    "slippage_rate": Flow("ratio", forecast.slippage_rate),
    "deals_without_next_step_share": Balance("ratio", pipeline.deals_without_next_step_share),
    "crm_completeness": Balance("ratio", pipeline.crm_completeness),
    # activities, leads, quotes, answers
    "outbound_calls": Flow("sum", activities.outbound_calls),
    "connect_rate": Flow("ratio", activities.connect_rate),
    "meetings_held": Flow("sum", activities.meetings_held),
    "overdue_tasks_share": Flow("ratio", activities.overdue_tasks_share),
    "lead_to_deal_conversion": Flow("ratio", leads.lead_to_deal_conversion),
    "first_response_time": Flow("median", leads.first_response_time),
    "leads_answered_in_sla": Flow("ratio", leads.leads_answered_in_sla),
    "leads_worked_share": Flow("ratio", leads.leads_worked_share),
    "proposals_sent": Flow("sum", service.proposals_sent),
    "proposal_to_payment_conversion": Flow("ratio", service.proposal_to_payment_conversion),
    "net_promoter_score": Flow("ratio", service.net_promoter_score),
}
