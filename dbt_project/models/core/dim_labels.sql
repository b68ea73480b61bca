select
    topic,
    value,
    position,
    title_en,
    title_ru,
    tone
from {{ ref('labels') }}
