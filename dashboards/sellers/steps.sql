with chosen as (
    select
        period_kind,
        period_start
    from kpi.period_choices
    where period = {{period}}
),

before as (
    select
        numbers.kpi_id,
        sum(numbers.numerator) / nullif(sum(numbers.denominator), 0) as rate
    from chosen
    inner join kpi.scorecards as numbers
        on numbers.period_kind = 'month'
        and numbers.period_start >= chosen.period_start - interval '6 months'
        and numbers.period_start < chosen.period_start
    where numbers.node_id = {{node}}
    group by numbers.kpi_id
)

select
    kpis.kpi_id,
    kpis.title_{language} as kpi,
    numbers.actual as rate,
    before.rate as rate_before
from chosen
inner join kpi.scorecards as numbers
    on chosen.period_kind = numbers.period_kind and chosen.period_start = numbers.period_start
inner join kpi.dim_kpis as kpis on numbers.kpi_id = kpis.kpi_id
left join before on numbers.kpi_id = before.kpi_id
where
    numbers.node_id = {{node}}
    and numbers.kpi_id in (
        'leads_worked_share', 'lead_to_deal_conversion', 'stage_conversion', 'win_rate',
        'proposal_to_payment_conversion'
    )
    and (numbers.actual is not null or before.rate is not null)
order by
    array_position(
        array[
            'leads_worked_share', 'lead_to_deal_conversion', 'stage_conversion', 'win_rate',
            'proposal_to_payment_conversion'
        ],
        numbers.kpi_id
    )
