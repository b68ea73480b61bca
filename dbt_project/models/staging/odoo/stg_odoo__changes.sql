{{ config(indexes=[]) }}

with changes as (
    {{ landed_latest('odoo_mail_tracking_value') }}
),

messages as (
    {{ landed_latest('odoo_mail_message') }}
),

fields as (
    {{ landed_latest('odoo_ir_model_fields') }}
),

users as (
    {{ landed_latest('odoo_res_users', gone=true) }}
)

select
    changes.source,
    changes.id as change_id,
    changes.version_id,
    changes.as_of,
    changes.source_modified_at,
    fields.record ->> 'model' as model,
    fields.record ->> 'name' as field,
    messages.record ->> 'res_id' as record_id,
    changes.record ->> 'old_value_integer' as old_id,
    changes.record ->> 'new_value_integer' as new_id,
    users.id as user_id,
    {{ odoo_at('date', 'messages.record') }} as changed_at
from changes
inner join fields on changes.source = fields.source and changes.record ->> 'field_id' = fields.id
inner join messages
    on changes.source = messages.source and changes.record ->> 'mail_message_id' = messages.id
left join users
    on messages.source = users.source and messages.record ->> 'author_id' = users.record ->> 'partner_id'
