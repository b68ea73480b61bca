-- One row per KPI, node and dimension of "measurable" that its rows are tested in: how many were tested, how
-- many failed, the share that passed with its bounds, and whose rows fail. Of money, the share by rows or by
-- amount counts, whichever is lower.
{%- set dimensions = {
    'attributability': 'is_unattributed',
    'completeness': 'is_incomplete',
    'date_order': 'is_misread',
    'descriptive': 'is_undescribed',
    'duplicates': 'is_suspected',
    'timeliness': 'is_seen_late',
    'uniqueness': 'is_duplicated',
    'validity': 'is_invalid',
} %}
with by_person as (
    select
        {%- for dimension, flag in dimensions.items() %}
        count({{ flag }}) as {{ dimension }}_n,
        count(*) filter (where {{ flag }}) as {{ dimension }}_failed,
        count(amount) filter (where {{ flag }} is not null) as {{ dimension }}_weighed,
        count(amount) filter (where {{ flag }}) as {{ dimension }}_failed_weighed,
        sum(amount) filter (where {{ flag }} is not null) as {{ dimension }}_amount,
        sum(amount * amount) filter (where {{ flag }} is not null) as {{ dimension }}_squares,
        sum(amount) filter (where {{ flag }}) as {{ dimension }}_failed_amount,
        {%- endfor %}
        kpi_id,
        person_id,
        team_id,
        region_id,
        company_id
    from {{ ref('int_kpi_row_flags') }}
    group by kpi_id, person_id, team_id, region_id, company_id
),

by_node as (
    select
        by_person.kpi_id,
        nodes.node_kind,
        nodes.node_id,
        dimensions.dimension,
        sum(dimensions.n) as n,
        sum(dimensions.failed) as failed,
        sum(dimensions.weighed) as weighed,
        sum(dimensions.failed_weighed) as failed_weighed,
        sum(dimensions.amount) as amount,
        sum(dimensions.squares) as squares,
        coalesce(sum(dimensions.failed_amount), 0) as failed_amount,
        {{ whose_rows('dimensions.failed') }} as whose
    from by_person
    left join {{ ref('dim_people') }} as people on by_person.person_id = people.person_id
    cross join
        lateral (
            values
            {%- for dimension in dimensions %}
            (
                '{{ dimension }}',
                by_person.{{ dimension }}_n,
                by_person.{{ dimension }}_failed,
                by_person.{{ dimension }}_weighed,
                by_person.{{ dimension }}_failed_weighed,
                by_person.{{ dimension }}_amount,
                by_person.{{ dimension }}_squares,
                by_person.{{ dimension }}_failed_amount
            ){{ '' if loop.last else ',' }}
            {%- endfor %}
        ) as dimensions (
            dimension, n, failed, weighed, failed_weighed, amount, squares, failed_amount
        )
    cross join {{ levels('by_person') }} as nodes (node_kind, node_id)
    group by by_person.kpi_id, nodes.node_kind, nodes.node_id, dimensions.dimension
),

-- A row that lacks its amount weighs as much as the node's others on average, so that it tips nothing.
weighed as (
    select
        kpi_id,
        node_kind,
        node_id,
        dimension,
        n,
        failed,
        n * mean_amount as weight,
        squares + (n - weighed) * mean_amount * mean_amount as squares,
        failed_amount + (failed - failed_weighed) * mean_amount as failed_weight,
        whose
    from by_node
    cross join lateral (select amount / nullif(weighed, 0) as mean_amount) as means
),

-- Of records for whose kind there is no such rule, nothing could be found.
untested as (
    select
        kpi_id,
        dimension
    from by_node
    where dimension in ('descriptive', 'duplicates')
    group by kpi_id, dimension
    having sum(n) = 0
),

-- Dates read in the wrong order may have carried a node's rows to anywhere: that it has none is no proof.
misread as (
    select distinct kpi_inputs.kpi_id
    from {{ source('company', 'kpi_inputs') }} as kpi_inputs
    inner join {{ ref('int_date_orders') }} as date_orders
        on kpi_inputs.entity || '.' || kpi_inputs.field = date_orders.field
    where date_orders.is_wrong
),

counted as (
    select
        kpi_nodes.kpi_id,
        kpi_nodes.node_kind,
        kpi_nodes.node_id,
        thresholds.dimension,
        thresholds.is_census,
        coalesce(weighed.n, 0)::bigint as rows_tested,
        coalesce(weighed.failed, 0)::bigint as failed,
        (weighed.n - weighed.failed) / nullif(weighed.n, 0) as share_of_rows,
        1 - weighed.failed_weight / nullif(weighed.weight, 0) as share_of_amount,
        floor(weighed.weight * weighed.weight / nullif(weighed.squares, 0))::bigint as effective_rows,
        thresholds.dimension = 'date_order'
        and misread.kpi_id is not null
        and weighed.n is null as is_misread,
        weighed.whose
    from {{ ref('int_kpi_nodes') }} as kpi_nodes
    inner join {{ ref('measurable_thresholds') }} as thresholds
        on thresholds.dimension = any('{{ "{" ~ dimensions | join(",") ~ "}" }}')
    left join weighed
        on kpi_nodes.kpi_id = weighed.kpi_id
        and kpi_nodes.node_kind = weighed.node_kind
        and kpi_nodes.node_id = weighed.node_id
        and thresholds.dimension = weighed.dimension
    left join untested
        on kpi_nodes.kpi_id = untested.kpi_id and thresholds.dimension = untested.dimension
    left join misread on kpi_nodes.kpi_id = misread.kpi_id
    where kpi_nodes.missing_inputs is null and untested.kpi_id is null
),

chosen as (
    select
        counted.*,
        by_amount.is_lower as is_by_amount,
        case when by_amount.is_lower then counted.effective_rows else counted.rows_tested end as n,
        case when by_amount.is_lower then counted.share_of_amount else counted.share_of_rows end as share
    from counted
    cross join
        lateral (
            select
                coalesce(
                    not counted.is_census
                    and round(counted.share_of_amount, 12) < round(counted.share_of_rows, 12),
                    false
                ) as is_lower
        ) as by_amount
)

select
    kpi_id,
    node_kind,
    node_id,
    dimension,
    n,
    failed,
    share::numeric(38, 12) as estimate,
    case
        when is_misread then 0
        when is_census and n > 0 then share
        -- Each record was held against all others: that none is like another is certain.
        when dimension = 'duplicates' and failed = 0 and n > 0 then 1
        else {{ wilson_bound('(share * n)', 'n', 'lower') }}
    end::numeric(38, 12) as lower,
    case
        when is_misread then 0
        when is_census and n > 0 then share
        else {{ wilson_bound('(share * n)', 'n', 'upper') }}
    end::numeric(38, 12) as upper,
    whose,
    case when is_by_amount then rows_tested end as rows_by_amount
from chosen
