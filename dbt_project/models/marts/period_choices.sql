{#
    What a reader may choose. A relative one stays chosen while the nights go on: "this month" is that of the
    business date. Years and quarters are fiscal, and named by the calendar year in which the fiscal year ends.
#}
with settings as (
    select as_of
    from {{ source('company', 'settings') }}
),

shown as (
    select distinct
        period_kind,
        period_start,
        period_end
    from {{ ref('scorecards') }}
    where period_kind <> 'week'
),

named as (
    select
        shown.period_kind,
        shown.period_start,
        shown.period_end,
        case
            when shown.period_kind = 'month' then extract(year from shown.period_start)
            else extract(year from dates.year_start + interval '1 year' - interval '1 day')
        end::integer as year,
        extract(month from shown.period_start)::integer as month,
        (extract(month from age(shown.period_start, dates.year_start)) / 3)::integer + 1 as quarter
    from shown
    inner join {{ ref('dim_dates') }} as dates on shown.period_start = dates.date_on
),

titled as (
    select
        period_kind,
        period_start,
        period_end,
        case period_kind
            when 'month' then to_char(period_start, 'YYYY-MM')
            when 'quarter' then year || '-Q' || quarter
            else year::text
        end as period,
        case period_kind
            when 'month' then trim(to_char(period_start, 'Month')) || ' ' || year
            when 'quarter' then 'Q' || quarter || ' ' || year
            else year::text
        end as title_en,
        case period_kind
            when 'month'
                then (
                    array[
                        'январь', 'февраль', 'март', 'апрель', 'май', 'июнь', 'июль', 'август', 'сентябрь',
                        'октябрь', 'ноябрь', 'декабрь'
                    ]
                )[month] || ' ' || year
            when 'quarter' then quarter || ' кв. ' || year
            else year || ' год'
        end as title_ru
    from named
),

relative as (
    select
        words.position,
        words.period,
        titled.period_kind,
        titled.period_start,
        titled.period_end,
        words.title_en || ' (' || titled.title_en || ')' as title_en,
        words.title_ru || ' (' || titled.title_ru || ')' as title_ru
    from settings
    cross join (
        values
        (1, 'this month', 'month', 0, 'This month', 'Этот месяц'),
        (2, 'last month', 'month', 1, 'Last month', 'Прошлый месяц'),
        (3, 'this quarter', 'quarter', 0, 'This quarter', 'Этот квартал'),
        (4, 'last quarter', 'quarter', 1, 'Last quarter', 'Прошлый квартал'),
        (5, 'this year', 'year', 0, 'This year', 'Этот год'),
        (6, 'last year', 'year', 1, 'Last year', 'Прошлый год')
    ) as words (position, period, period_kind, periods_ago, title_en, title_ru)
    inner join titled
        on words.period_kind = titled.period_kind
        and (
            settings.as_of - words.periods_ago * (
                case words.period_kind
                    when 'month' then interval '1 month'
                    when 'quarter' then interval '3 months'
                    else interval '1 year'
                end
            )
        )::date between titled.period_start and titled.period_end
),

united as (
    select
        position,
        period,
        period_kind,
        period_start,
        period_end,
        title_en,
        title_ru
    from relative
    union all
    select
        6 + row_number() over (
            order by array_position(array['month', 'quarter', 'year'], period_kind) asc, period_start desc
        ) as position,
        period,
        period_kind,
        period_start,
        period_end,
        title_en,
        title_ru
    from titled
)

select
    period,
    position::integer as position,
    title_en,
    title_ru,
    period_kind,
    period_start,
    period_end
from united
