"""The tables of schema ops that a refresh keeps of itself: its runs, their steps, what the gates said."""

from psycopg import Connection

from yardstick.landing.ops_tables import create_missing

_REFRESHES = """
create table ops.refreshes (
    run_id text primary key,
    as_of date not null,
    run_at timestamptz not null default now(),
    ended_at timestamptz,
    state text not null check (state in ('running', 'published', 'history', 'held', 'failed')),
    reason text,
    is_full boolean not null,
    is_forced boolean not null,
    accepted_checks text[] not null,
    accepted_note text,
    accepted_by text,
    data_until date
);
"""

_STEPS = """
create table ops.steps (
    run_id text not null,
    step text not null,
    started_at timestamptz not null,
    seconds numeric(12, 3) not null,
    outcome text not null check (outcome in ('done', 'held', 'failed')),
    detail text,
    primary key (run_id, step)
);
"""

_MODEL_RUNS = """
create table ops.model_runs (
    run_id text not null,
    node text not null,
    kind text not null,
    status text not null,
    seconds numeric(12, 3) not null,
    rows_affected bigint,
    message text,
    primary key (run_id, node)
);
"""

_CHECK_RESULTS = """
create table ops.check_results (
    run_id text not null,
    gate text not null,
    check_id text not null,
    subject text not null,
    severity text not null check (severity in ('critical', 'warning', 'info')),
    is_passed boolean not null,
    is_accepted boolean not null,
    what_en text not null,
    what_ru text not null,
    mend_en text not null,
    mend_ru text not null,
    primary key (run_id, gate, check_id, subject)
);
"""

_KPI_VERDICTS = """
create table ops.kpi_verdicts (
    kpi_id text not null,
    node_kind text not null,
    node_id text not null,
    condition text not null,
    dimension text not null,
    as_of date not null,
    estimate numeric(38, 12),
    lower numeric(38, 12),
    upper numeric(38, 12),
    n bigint not null,
    threshold numeric(38, 12),
    test_version integer not null,
    is_decisive boolean not null,
    verdict text not null check (verdict in ('pass', 'warn', 'fail', 'not enough data')),
    reason text not null,
    reason_ru text not null,
    mend text,
    mend_ru text,
    primary key (as_of, kpi_id, node_kind, node_id, condition, dimension)
);
"""

_AGREEMENTS = """
create table ops.agreements (
    subject_kind text not null,
    subject_id text not null,
    kpi_id text,
    as_of date not null,
    content jsonb,
    primary key (subject_kind, subject_id, as_of)
);
comment on table ops.agreements is
    'Definitions, goals, targets, thresholds: one row for each night that found one another than before.';
"""

_PUBLISHED_PLAN_RATES = """
create table ops.published_plan_rates (
    currency text not null,
    fiscal_year integer not null,
    ends_on date not null,
    rate numeric not null,
    primary key (currency, fiscal_year)
);
"""

_LATEST_LANDINGS = """
create view ops.latest_landings as
select distinct on (source, entity)
    source,
    entity,
    as_of,
    rows_read,
    rows_rejected,
    records_alive,
    is_complete
from ops.landings
order by source, entity, landed_at desc;
"""

_PUBLISHED_LANDINGS = """
create view ops.published_landings as
select
    landings.source,
    landings.entity,
    landings.as_of,
    landings.records_alive
from ops.landings
where landings.run_id = (
    select refreshes.run_id
    from ops.refreshes
    where refreshes.state = 'published'
    order by refreshes.ended_at desc
    limit 1
);
"""

_RELATIONS = {
    "ops.refreshes": _REFRESHES,
    "ops.steps": _STEPS,
    "ops.model_runs": _MODEL_RUNS,
    "ops.check_results": _CHECK_RESULTS,
    "ops.kpi_verdicts": _KPI_VERDICTS,
    "ops.agreements": _AGREEMENTS,
    "ops.published_plan_rates": _PUBLISHED_PLAN_RATES,
    "ops.latest_landings": _LATEST_LANDINGS,
    "ops.published_landings": _PUBLISHED_LANDINGS,
}


def ensure_run_tables(connection: Connection) -> None:
    """Create what is missing of them, after the landing's own tables; takes no lock when all is there."""
    create_missing(connection, _RELATIONS)
