-- One row per open deal and stretch of days with one owner in one stage. Where no stage is known of all the
-- days of an owner, these are one row without one.
select
    open_deals.stretch_id,
    open_deals.deal_id,
    open_deals.person_id,
    stages.source,
    stages.stage,
    lower(stages.during) as entered_on,
    open_deals.open_during * coalesce(stages.during, daterange(null, null)) as open_during
from {{ ref('int_open_deals') }} as open_deals
left join {{ ref('int_deal_stage_stretches') }} as stages
    on open_deals.deal_id = stages.deal_id and open_deals.open_during && stages.during
