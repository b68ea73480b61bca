-- One row per line of a won deal and person who is credited with the deal: that person's part of the line.
with credits as not materialized (
    select
        lines.line_id,
        credits.deal_id,
        credits.person_id,
        credits.actor_id,
        credits.closed_on,
        credits.share,
        credits.is_split,
        lines.list_amount_at_plan_rate,
        lines.net_amount_at_plan_rate,
        lines.cost_at_plan_rate
    from {{ ref('fct_lines') }} as lines
    inner join {{ ref('int_deal_credits') }} as credits on lines.deal_id = credits.deal_id
    where credits.stage_kind = 'won'
)

{{
    credited_amounts(
        'credits',
        whole='line_id',
        columns=['line_id', 'deal_id', 'person_id', 'actor_id', 'closed_on'],
        amounts=['list_amount_at_plan_rate', 'net_amount_at_plan_rate', 'cost_at_plan_rate']
    )
}}
