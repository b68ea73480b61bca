{#-
    Individuals and moving ranges: the mean of the months before, and around it 2.66 times the mean difference
    from month to month (Wheeler, D. J. (1993), "Understanding Variation"). Records that have no date of their
    own (lines, splits, people, accounts, products) come with others and have no volume.
-#}
{%- set dates = {
    'deals': 'created_on',
    'stage_entries': 'entered_on',
    'leads': 'created_on',
    'activities': 'happened_on',
    'quotes': 'sent_on',
    'invoices': 'issued_on',
    'payments': 'paid_on',
    'surveys': 'answered_on',
} -%}

-- One row per source and entity with a date: rows per working day of the last closed month, and the limits
-- that the up to 24 closed months before it lead to expect. 1 is within, less by how much they are beyond,
-- 0 none at all where there were some in every month.
with settings as (
    select {{ window_start('as_of') }} as month_start
    from {{ source('company', 'settings') }}
),

-- One more, since the month in which a feed begins is seldom whole.
months as (
    select
        periods.period_start as month_start,
        periods.working_days,
        periods.period_start < settings.month_start as is_before
    from {{ ref('int_periods') }} as periods
    cross join settings
    where
        periods.period_kind = 'month'
        and periods.period_start between settings.month_start - interval '25 months' and settings.month_start
),

counted as (
    {%- for entity, date in dates.items() %}
    {{ 'union all' if not loop.first }}
    select
        source,
        '{{ entity }}' as entity,
        date_trunc('month', {{ date }})::date as month_start,
        count(*) as row_count
    from {{ ref('fct_' ~ entity) }}
    where {{ date }} >= (select min(months.month_start) from months)
    group by source, date_trunc('month', {{ date }})
    {%- endfor %}
),

monthly as (
    select
        feeds.source,
        feeds.entity,
        months.month_start,
        months.is_before,
        coalesce(counted.row_count, 0) as row_count,
        coalesce(counted.row_count, 0)::numeric / nullif(months.working_days, 0) as per_day,
        min(counted.month_start) over (partition by feeds.source, feeds.entity) as first_month
    from {{ source('company', 'source_entities') }} as feeds
    cross join months
    left join counted
        on feeds.source = counted.source
        and feeds.entity = counted.entity
        and months.month_start = counted.month_start
    where feeds.entity = any('{{ "{" ~ dates | join(",") ~ "}" }}')
),

compared as (
    select
        *,
        is_before and month_start > first_month as is_usual,
        abs(
            per_day - case
                when month_start > first_month + interval '1 month'
                    then lag(per_day) over (partition by source, entity order by month_start)
            end
        ) as moving_range
    from monthly
),

expected as (
    select
        source,
        entity,
        max(row_count) filter (where not is_before) as row_count,
        max(per_day) filter (where not is_before) as per_day,
        count(*) filter (where is_usual) as months,
        coalesce(bool_and(row_count > 0) filter (where is_usual), false) as was_never_empty,
        avg(per_day) filter (where is_usual) as mean,
        2.66 * avg(moving_range) filter (where is_usual) as margin
    from compared
    group by source, entity
)

select
    expected.source,
    expected.entity,
    settings.month_start,
    expected.row_count,
    expected.per_day::numeric(38, 12) as per_day,
    expected.months,
    greatest(expected.mean - expected.margin, 0)::numeric(38, 12) as lowest,
    (expected.mean + expected.margin)::numeric(38, 12) as highest,
    case
        when expected.months < 12 then null
        when expected.row_count = 0 and expected.was_never_empty then 0
        when expected.per_day < expected.mean - expected.margin
            then greatest(expected.per_day / (expected.mean - expected.margin), 0.01)
        when expected.per_day > expected.mean + expected.margin
            then greatest((expected.mean + expected.margin) / expected.per_day, 0.01)
        else 1
    end::numeric(38, 12) as estimate
from expected
cross join settings
