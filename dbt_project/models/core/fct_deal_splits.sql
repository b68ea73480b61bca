with splits as (
    select
        deal_split_id,
        source,
        deal_id,
        source_owner_id,
        share
    from {{ staged('deal_splits') }}
    where is_latest and not is_deleted
)

select
    splits.deal_split_id,
    splits.source,
    splits.deal_id,
    owners.person_id,
    splits.source_owner_id,
    splits.share,
    bool_and(coalesce(splits.share between 0 and 1, false)) over deals
    and abs(sum(splits.share) over deals - 1) <= 0.000001 as is_credited
from splits
left join {{ ref('int_person_ids') }} as owners
    on splits.source = owners.source and splits.source_owner_id = owners.source_person_id
window deals as (partition by splits.deal_id)
