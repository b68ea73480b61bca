with chosen as (
    select
        period_kind,
        period_start,
        period_end
    from kpi.period_choices
    where period = {{period}}
),

people as (
    select distinct members.person_id
    from chosen
    inner join kpi.node_people as members
        on chosen.period_end >= members.valid_from and chosen.period_start < members.valid_to
    where members.node_id = {{node}} and members.person_id <> 'unassigned'
),

rates as (
    select
        numbers.kpi_id,
        numbers.node_id,
        numbers.node_name as person,
        numbers.denominator as decided,
        numbers.actual as win_rate,
        sum(numbers.numerator) over () / sum(numbers.denominator) over () as common_rate
    from chosen
    cross join people
    inner join kpi.scorecards as numbers
        on people.person_id = numbers.node_id
        and chosen.period_kind = numbers.period_kind
        and chosen.period_start = numbers.period_start
    where numbers.kpi_id = 'win_rate' and numbers.denominator > 0 and numbers.actual is not null
)

select
    kpi_id,
    node_id,
    person,
    decided,
    100 * win_rate as win_rate,
    100 * common_rate as common_rate,
    100 * greatest(common_rate - 1.96 * sqrt(common_rate * (1 - common_rate) / decided), 0) as lower_limit,
    100 * least(common_rate + 1.96 * sqrt(common_rate * (1 - common_rate) / decided), 1) as upper_limit
from rates
order by decided, person
