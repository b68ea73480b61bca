with latest as (
    select max(as_of) as as_of
    from kpi.refreshes
    where state = 'published'
)

select
    log.as_of,
    subjects.title_{language} as subject,
    log.subject_id,
    changes.title_{language} as change,
    log.field,
    log.before,
    log.after
from kpi.change_log as log
cross join latest
inner join kpi.dim_labels as subjects on subjects.topic = 'subject' and log.subject_kind = subjects.value
inner join kpi.dim_labels as changes on changes.topic = 'change' and log.change = changes.value
where log.as_of > latest.as_of - 90
order by log.as_of desc, subjects.position asc, log.subject_id asc, log.field asc
limit 200
