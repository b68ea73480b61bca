with splits as (
    {{ landed_latest('hubspot_deal_splits') }}
)

select
    {{ latest_columns('splits', 'deal_split_id', 'splits.id') }},
    splits.source || ':' || (splits.record ->> 'deal_id') as deal_id,
    splits.record ->> 'hubspot_owner_id' as source_owner_id,
    {{ hubspot_number('hs_deal_split_percentage', 'splits.record') }} as share
from splits
