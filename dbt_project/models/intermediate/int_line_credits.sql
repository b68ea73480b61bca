-- One row per line of a won deal and person who is credited with the deal: that person's part of the line. A
-- line whose deal is not there may belong to a won one: it is nobody's and has no day, which shows as a gap.
with credits as not materialized (
    select
        lines.line_id,
        lines.deal_id,
        credits.person_id,
        credits.actor_id,
        credits.closed_on,
        credits.share,
        coalesce(credits.is_split, false) as is_split,
        lines.list_amount_at_plan_rate,
        lines.net_amount_at_plan_rate,
        lines.cost_at_plan_rate
    from {{ ref('fct_lines') }} as lines
    left join {{ ref('int_deal_credits') }} as credits on lines.deal_id = credits.deal_id
    where credits.stage_kind = 'won' or credits.deal_id is null
)

{{
    credited_amounts(
        'credits',
        whole='line_id',
        columns=['line_id', 'deal_id', 'person_id', 'actor_id', 'closed_on'],
        amounts=['list_amount_at_plan_rate', 'net_amount_at_plan_rate', 'cost_at_plan_rate']
    )
}}
