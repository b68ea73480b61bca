"""Functions of schema `kpi`: how a number is written, once for every dashboard and every analyst."""

from psycopg import Connection

#: A value as people read it: share as a percentage, money without its currency, which a page says once.
_SHOWN = """
    create or replace function kpi.shown(value numeric, unit text, language text) returns text
    language sql immutable parallel safe
    return translate(
        case
            when unit = 'share' then trim_scale(round(100 * value, 1))::text
            when unit = 'money' or abs(value) >= 1000 then to_char(round(value), 'FM999,999,999,999,990')
            else trim_scale(round(value, 1))::text
        end,
        ',.', case language when 'ru' then U&'\\00A0,' else ',.' end
    ) || case
        when unit = 'share' then case language when 'ru' then U&'\\00A0%' else '%' end
        when unit = 'days' then case language when 'ru' then U&'\\00A0дн.' else U&'\\00A0days' end
        when unit = 'minutes' then case language when 'ru' then U&'\\00A0мин' else U&'\\00A0min' end
        else ''
    end
"""


def ensure_functions(connection: Connection) -> None:
    """Create the functions of schema kpi, or bring them up to date."""
    connection.execute(_SHOWN)
    connection.execute(
        "comment on function kpi.shown is 'A value as people read it, by its KPI''s unit, in en or ru.'"
    )
