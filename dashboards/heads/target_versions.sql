select
    versions.decided_on,
    case versions.period_kind
        when 'week' then to_char(versions.period_start, 'YYYY-MM-DD')
        else coalesce(periods.title_{language}, to_char(versions.period_start, 'YYYY-MM-DD'))
    end as period,
    kpi.shown(versions.value, kpis.unit, '{language}') as value,
    versions.version,
    versions.decided_by,
    versions.note
from kpi.target_versions as versions
inner join kpi.dim_kpis as kpis on versions.kpi_id = kpis.kpi_id
left join kpi.period_choices as periods
    on versions.period_kind = periods.period_kind
    and versions.period_start = periods.period_start
    and periods.period ~ '^\d'
where versions.kpi_id = {{kpi}} and versions.node_id = {{node}} and versions.level = 'target'
order by versions.decided_on desc, versions.period_start desc, versions.version desc
limit 100
