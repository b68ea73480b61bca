-- One row per record and rule that it breaks, as known tonight. What a rule says stands in issue_rules.
with settings as (
    select as_of
    from {{ source('company', 'settings') }}
),

deals as (
    select
        deals.*,
        settings.as_of
    from {{ ref('fct_deals') }} as deals
    cross join settings
),

-- When people are in no team: before they came and after they left.
absences as (
    select
        person_id,
        valid_during
    from {{ ref('int_person_teams') }}
    where team_id = {{ unassigned('team') }} and person_id <> {{ unassigned('person') }}
),

listed as (
    select
        source,
        entity
    from {{ source('company', 'source_entities') }}
    where entity in ('accounts', 'products')
),

deal_flags as (
    select
        deals.deal_id as record_id,
        deals.source,
        deals.owner_id as person_id,
        rules.rule_id,
        rules.found
    from deals
    left join {{ ref('dim_accounts') }} as accounts on deals.account_id = accounts.account_id
    left join {{ ref('dim_products') }} as products on deals.product_id = products.product_id
    left join {{ stages() }} as stages
        on deals.source = stages.source and deals.stage = stages.stage
    left join listed as account_lists
        on deals.source = account_lists.source and account_lists.entity = 'accounts'
    left join listed as product_lists
        on deals.source = product_lists.source and product_lists.entity = 'products'
    left join absences
        on deals.owner_id = absences.person_id
        and absences.valid_during @> coalesce(deals.closed_on, deals.as_of)
    cross join
        lateral (
            values
            ('deal_without_owner', deals.source_owner_id is null, null),
            (
                'deal_owner_unknown',
                deals.owner_id is null and deals.source_owner_id is not null,
                deals.source_owner_id
            ),
            (
                'deal_owner_absent',
                absences.person_id is not null,
                deals.owner_id || ' on ' || coalesce(deals.closed_on, deals.as_of)
            ),
            ('won_without_amount', deals.stage_kind = 'won' and deals.amount is null, null),
            ('won_amount_not_positive', deals.stage_kind = 'won' and deals.amount <= 0, deals.amount::text),
            ('open_without_amount', deals.stage_kind = 'open' and deals.amount is null, null),
            (
                'deal_currency_unknown',
                deals.amount is not null and deals.amount_at_plan_rate is null,
                deals.currency
            ),
            ('deal_without_created', deals.created_on is null, null),
            ('closed_without_date', deals.stage_kind <> 'open' and deals.closed_on is null, null),
            (
                'closed_before_created',
                deals.closed_on < deals.created_on,
                'created ' || deals.created_on || ', closed ' || deals.closed_on
            ),
            ('closed_after_as_of', deals.closed_on > deals.as_of, deals.closed_on::text),
            ('created_after_as_of', deals.created_on > deals.as_of, deals.created_on::text),
            (
                'deal_date_implausible',
                least(deals.created_on, deals.closed_on) < {{ first_day() }},
                least(deals.created_on, deals.closed_on)::text
            ),
            ('deal_stage_unknown', stages.stage is null, deals.stage),
            (
                'deal_kind_unknown',
                deals.deal_kind not in ('new', 'expansion', 'renewal'),
                deals.deal_kind
            ),
            ('deal_without_account', deals.account_id is null and account_lists.source is not null, null),
            (
                'deal_account_unknown',
                deals.account_id is not null
                and accounts.account_id is null
                and account_lists.source is not null,
                deals.account_id
            ),
            (
                'deal_product_unknown',
                deals.product_id is not null
                and products.product_id is null
                and product_lists.source is not null,
                deals.product_id
            )
        ) as rules (rule_id, is_broken, found)
    where rules.is_broken
),

twins as (
    select
        deal_id as record_id,
        source,
        owner_id as person_id,
        'deal_suspected_duplicate' as rule_id,
        min(deal_id) over twin_deals as first_deal_id,
        count(*) over twin_deals as twin_count
    from deals
    where account_id is not null and amount is not null and source_owner_id is not null
    window twin_deals as (
        partition by source, account_id, product_id, source_owner_id, amount, created_on
    )
),

-- A call that answers a lead cannot come before it, unless the clocks of two systems differ. A caller may be
-- noted down as a lead after the call, and clocks go wrong by some minutes.
early_touches as (
    select
        leads.lead_id,
        min(activities.happened_at) as happened_at
    from {{ ref('fct_activities') }} as activities
    inner join {{ ref('fct_leads') }} as leads on activities.lead_id = leads.lead_id
    where
        activities.happened_at < leads.created_at - interval '30 minutes'
        and activities.direction is distinct from 'in'
    group by leads.lead_id
),

lead_flags as (
    select
        leads.lead_id as record_id,
        leads.source,
        leads.owner_id as person_id,
        rules.rule_id,
        rules.found
    from {{ ref('fct_leads') }} as leads
    cross join settings
    left join early_touches on leads.lead_id = early_touches.lead_id
    left join absences
        on leads.owner_id = absences.person_id and absences.valid_during @> leads.assigned_on
    cross join
        lateral (
            values
            ('lead_without_owner', leads.source_owner_id is null, null),
            (
                'lead_owner_unknown',
                leads.owner_id is null and leads.source_owner_id is not null,
                leads.source_owner_id
            ),
            (
                'lead_owner_absent',
                absences.person_id is not null,
                leads.owner_id || ' on ' || leads.assigned_on
            ),
            ('lead_without_created', leads.assigned_on is null, null),
            (
                'lead_after_as_of',
                greatest(leads.created_on, leads.assigned_on) > settings.as_of,
                greatest(leads.created_on, leads.assigned_on)::text
            ),
            (
                'lead_assigned_before_created',
                leads.assigned_on < leads.created_on,
                'created ' || leads.created_on || ', assigned ' || leads.assigned_on
            ),
            (
                'lead_touched_before_created',
                early_touches.lead_id is not null,
                'touched ' || early_touches.happened_at || ', created ' || leads.created_at
            )
        ) as rules (rule_id, is_broken, found)
    where rules.is_broken
),

timed as (
    select source
    from {{ source('company', 'source_fields') }}
    where entity = 'activities' and field = 'minutes'
),

-- Few activities break a rule: only those that may are held against each of them.
suspect_activities as (
    select
        activities.activity_id,
        activities.source,
        activities.source_owner_id,
        activities.owner_id,
        activities.activity_kind,
        activities.status,
        activities.minutes,
        activities.happened_on,
        settings.as_of,
        timed.source is not null as is_timed,
        absences.person_id is not null as is_owner_absent
    from {{ ref('fct_activities') }} as activities
    cross join settings
    left join timed on activities.source = timed.source
    left join absences
        on activities.owner_id = absences.person_id
        and absences.valid_during @> activities.happened_on
    where
        activities.owner_id is null
        or absences.person_id is not null
        or activities.happened_on is null
        or activities.happened_on > settings.as_of
        or activities.minutes is null
),

activity_flags as (
    select
        activities.activity_id as record_id,
        activities.source,
        activities.owner_id as person_id,
        rules.rule_id,
        rules.found
    from suspect_activities as activities
    cross join
        lateral (
            values
            ('activity_without_owner', activities.source_owner_id is null, null),
            (
                'activity_owner_unknown',
                activities.owner_id is null and activities.source_owner_id is not null,
                activities.source_owner_id
            ),
            (
                'activity_owner_absent',
                activities.is_owner_absent,
                activities.owner_id || ' on ' || activities.happened_on
            ),
            -- A task has the day by which it is to be done.
            (
                'activity_without_date',
                activities.happened_on is null and activities.activity_kind is distinct from 'task',
                null
            ),
            (
                'activity_after_as_of',
                activities.happened_on > activities.as_of,
                activities.happened_on::text
            ),
            (
                'call_without_minutes',
                activities.is_timed
                and activities.activity_kind = 'call'
                and activities.status is distinct from 'no_answer'
                and activities.minutes is null,
                null
            )
        ) as rules (rule_id, is_broken, found)
    where rules.is_broken
),

late_entry_flags as (
    select
        activity_id as record_id,
        source,
        owner_id as person_id,
        'activity_entered_late' as rule_id,
        'happened ' || happened_on || ', entered ' || logged_on as found
    from {{ ref('int_activity_entries') }}
    where is_late
),

staged as (
    select
        deal_id,
        stage,
        stage_position,
        lag(stage) over by_deal as stage_before,
        lag(stage_position) over by_deal as position_before
    from {{ ref('fct_stage_entries') }}
    where not is_assumed
    window by_deal as (partition by deal_id order by entered_at, stage_position)
),

-- It is the deal that KPIs of stages count.
backward_flags as (
    select
        deals.deal_id as record_id,
        deals.source,
        deals.owner_id as person_id,
        'deal_went_back' as rule_id,
        string_agg(staged.stage || ' after ' || staged.stage_before, ', ' order by staged.stage) as found
    from staged
    inner join deals on staged.deal_id = deals.deal_id
    where staged.stage_position < staged.position_before
    group by deals.deal_id, deals.source, deals.owner_id
),

stage_entry_flags as (
    select
        entries.stage_entry_id as record_id,
        entries.source,
        deals.owner_id as person_id,
        rules.rule_id,
        rules.found
    from {{ ref('fct_stage_entries') }} as entries
    cross join settings
    left join deals on entries.deal_id = deals.deal_id
    cross join
        lateral (
            values
            ('stage_entry_without_deal', deals.deal_id is null, entries.deal_id),
            ('stage_entry_after_as_of', entries.entered_on > settings.as_of, entries.entered_on::text)
        ) as rules (rule_id, is_broken, found)
    -- An entry made up from the deal's own dates breaks no rule that the deal does not break itself.
    where rules.is_broken and not entries.is_assumed
)

select
    rule_id,
    record_id,
    source,
    person_id,
    'as ' || first_deal_id as found
from twins
where twin_count > 1 and record_id <> first_deal_id
{%- for flags in [
    'deal_flags',
    'backward_flags',
    'lead_flags',
    'activity_flags',
    'late_entry_flags',
    'stage_entry_flags',
    ref('int_deal_record_issues'),
    ref('int_target_record_issues'),
] %}
union all
select
    rule_id,
    record_id,
    source,
    person_id,
    found
from {{ flags }}
{%- endfor %}
