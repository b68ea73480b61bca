"""What is refused in dashboards/: each with file, line, what was found and what is expected."""

import pytest
from dashboard_files import DashboardFiles
from typer.testing import CliRunner

from yardstick import cli, paths
from yardstick.errors import ConfigurationError


@pytest.fixture
def files(tmp_path):
    return DashboardFiles(tmp_path)


#: File, text, what takes its place; field, found and expected of the problem, on the first line of the text.
IN_YAML = {
    "a missing translation": (
        "sales.yml",
        "{en: Bookings, ru: Сумма продаж}",
        "{en: Bookings}",
        ("questions.bookings.title.ru", "nothing", "the text in Russian"),
    ),
    "an unknown key": (
        "sales.yml",
        "audience:",
        "audiense:",
        ("audiense", "the unknown key 'audiense'", "; did you mean 'audience'?"),
    ),
    "an unknown kind of chart": (
        "sales.yml",
        "kind: line",
        "kind: lime",
        ("questions.bookings.chart.kind", "'lime'", "; did you mean 'line'?"),
    ),
    "a tile off the grid": (
        "sales.yml",
        "column: 0, row: 0, width: 12",
        "column: 13, row: 9, width: 12",
        ("tabs.1.tiles.1.width", "a tile that ends at column 25", "one that ends at column 24 at the latest"),
    ),
    "a tile that begins off the grid": (
        "sales.yml",
        "column: 0, row: 0, width: 12",
        "column: 24, row: 9, width: 1",
        ("tabs.1.tiles.1.column", "'24'", "its left column, from 0 to 23"),
    ),
    "an unknown question": (
        "sales.yml",
        "question: bookings, column",
        "question: booking, column",
        ("tabs.1.tiles.1.question", "the unknown question 'booking'", "; did you mean 'bookings'?"),
    ),
    "an unknown filter": (
        "sales.yml",
        "filters: [node]",
        "filters: [nodes]",
        ("filters.1", "the unknown filter 'nodes'", "one of filters.yml: node; did you mean 'node'?"),
    ),
    "a chart of an unknown column": (
        "sales.yml",
        "y: [amount]",
        "y: [amounts]",
        (
            "questions.bookings.chart.y",
            "the unknown column 'amounts'",
            "one of its columns: node_id, month, amount; did you mean 'amount'?",
        ),
    ),
    "a chart of a column without a title": (
        "sales.yml",
        "y: [amount]",
        "y: [node_id]",
        (
            "questions.bookings.chart.y",
            "the column 'node_id', which has no title",
            "a title on every column that is drawn",
        ),
    ),
    "a click to an unknown dashboard": (
        "sales.yml",
        "to: sales,",
        "to: sale,",
        (
            "questions.bookings.click.to",
            "the unknown dashboard 'sale'",
            "one of sales; did you mean 'sales'?",
        ),
    ),
    "a click to an unknown tab": (
        "sales.yml",
        "tab: today, pass",
        "tab: todays, pass",
        ("questions.bookings.click.tab", "the unknown tab 'todays'", "a tab of sales: today"),
    ),
    "a click that passes an unknown column": (
        "sales.yml",
        "pass: {node: node_id}",
        "pass: {node: node_ids}",
        ("questions.bookings.click.pass.node", "the unknown column 'node_ids'", "; did you mean 'node_id'?"),
    ),
    "a click that passes an unknown filter": (
        "sales.yml",
        "pass: {node: node_id}",
        "pass: {period: month}",
        ("questions.bookings.click.pass.period", "the unknown filter 'period'", "a filter of sales: node"),
    ),
    "a link from an unknown column": (
        "sales.yml",
        "format: money}",
        "format: money, link: url}",
        ("questions.bookings.columns.amount.link", "the unknown column 'url'", "one of its columns"),
    ),
    "labels of an unknown topic": (
        "sales.yml",
        "format: money}",
        "format: label, labels: statuses}",
        (
            "questions.bookings.columns.amount.labels",
            "the unknown topic 'statuses'",
            "; did you mean 'status'?",
        ),
    ),
    "a label without its topic": (
        "sales.yml",
        "format: money}",
        "format: label}",
        ("questions.bookings.columns.amount", "a mapping of keys", "format: label together with labels"),
    ),
    "a tile of both": (
        "sales.yml",
        "      - {question: bookings,",
        "      - {question: bookings, text: {en: A, ru: Б},",
        ("tabs.1.tiles.1", "a mapping of keys", "either a question or a text"),
    ),
    "a tab key twice": (
        "sales.yml",
        "  - key: today\n",
        "  - key: today\n    title: {en: Now, ru: Сейчас}\n    tiles: [{question: bookings, column: 0, "
        "row: 0, width: 1, height: 1}]\n  - key: today\n",
        ("tabs.2", "'today' a second time", "each key once"),
    ),
    "a chart that lies on another": (
        "sales.yml",
        "column: 0, row: 0, width: 12",
        "column: 0, row: 3, width: 13",
        ("tabs.1.tiles.2", "a tile that lies on tile 1", "tiles beside and below each other"),
    ),
}


@pytest.mark.parametrize("broken", IN_YAML.values(), ids=IN_YAML)
def test_what_is_wrong_in_yaml_is_told_with_its_line(files, broken):
    name, old, new, (field, found, expected) = broken
    line = files.replace(name, old, new)

    told = {(problem[0], problem[2], problem[3]): problem for problem in files.problems()}
    assert (name, field, found) in told
    problem = told[name, field, found]
    assert expected in problem[4]
    if field not in ("tabs.2", "tabs.1.tiles.2"):
        assert problem[1] == line


#: SQL in the place of bookings.sql; line, found and expected of the problem.
IN_SQL = {
    "a table of another schema": (
        "select node_id, month, amount\nfrom build.scorecards\nwhere node_id = {{node}}",
        (2, "the table 'build.scorecards'", "a table of schema kpi, such as kpi.scorecards"),
    ),
    "a table without a schema": (
        "select node_id, month, amount\nfrom scorecards\nwhere node_id = {{node}}",
        (2, "the table 'scorecards'", "a table of schema kpi, such as kpi.scorecards"),
    ),
    "a statement that is no SELECT": (
        "delete from kpi.scorecards where node_id = {{node}}",
        (None, "DELETE", "one SELECT"),
    ),
    "two statements": (
        "select {{node}} as node_id, 1 as month, 2 as amount; select 1",
        (None, "SELECT and SELECT", "one SELECT"),
    ),
    "a semicolon": (
        "select {{node}} as node_id, 1 as month, 2 as amount;",
        (None, "a semicolon", "one SELECT without it"),
    ),
    "broken SQL": (
        "select node_id\nfrom kpi.scorecards\nwhere and {{node}}",
        (3, "no SQL (Required keyword: 'this' missing", "one SELECT that PostgreSQL understands"),
    ),
    "a star": ("select * from kpi.scorecards where node_id = {{node}}", (None, "select *", "each by name")),
    "other columns than declared": (
        "select node_id, month from kpi.scorecards where node_id = {{node}}",
        (None, "the columns node_id, month", "those that its YAML declares: node_id, month, amount"),
    ),
    "a tag in quotes": (
        "select node_id, month, amount\nfrom kpi.scorecards\nwhere node_id = '{{node}}'",
        (3, "{{node}} within a text or a comment", "the tag alone, as a value, without quotes"),
    ),
    "a tag without a filter": (
        "select node_id, month, amount\nfrom kpi.scorecards\nwhere node_id = {{node}}\nand kpi_id = {{kpi}}",
        (4, "{{kpi}} without a filter", "a filter of sales.yml that fills it; it has node"),
    ),
}


@pytest.mark.parametrize("broken", IN_SQL.values(), ids=IN_SQL)
def test_what_is_wrong_in_sql_is_told_with_its_line(files, broken):
    statement, (line, found, expected) = broken
    files.write("sales/bookings.sql", statement)

    [problem] = files.problems()
    assert problem[:3] == ("sales/bookings.sql", line, None)
    assert problem[3].startswith(found)
    assert expected in problem[4]


def test_a_filter_bound_to_nothing_is_refused(files):
    files.replace("sales/bookings.sql", "node_id = {{node}} and ", "")

    assert files.problems() == [
        (
            "sales.yml",
            4,
            "filters.1",
            "the filter 'node', bound to nothing",
            "a question of the dashboard with {{node}} in its SQL",
        )
    ]


def test_two_filters_for_one_tag_are_refused(files):
    files.replace(
        "filters.yml", "filters:\n", "filters:\n  seller: {tag: node, title: {en: Seller, ru: Менеджер}}\n"
    )
    files.write("filters/seller.sql", "select node_id as value, node_name as title from kpi.dim_nodes")
    files.replace("sales.yml", "filters: [node]", "filters: [node, seller]")

    assert files.problems() == [
        ("sales.yml", 4, "filters.2", "a second filter that fills {{node}}", "one filter for each tag")
    ]


def test_a_filter_that_no_dashboard_has_is_refused(files):
    line = (
        files.replace("filters.yml", "filters:\n", "filters:\n  kpi: {title: {en: KPI, ru: Показатель}}\n")
        + 1
    )
    files.write("filters/kpi.sql", "select kpi_id as value, title_{language} as title from kpi.dim_kpis")

    [problem] = files.problems()
    assert problem[:4] == ("filters.yml", line, "filters.kpi", "a filter that no dashboard has")


def test_a_question_on_no_tile_is_refused(files):
    files.replace("sales.yml", "      - {question: bookings, column: 0, row: 0, width: 12, height: 6}\n", "")

    assert (
        "sales.yml",
        15,
        "questions.bookings",
        "a question on no tile",
        "a tile that shows it",
    ) in files.problems()


def test_a_question_that_shared_has_too_is_refused(files):
    files.replace("shared.yml", "questions:\n  nights:", "questions:\n  bookings:")
    files.replace("shared.yml", "question: nights", "question: bookings")
    (files.folder / "shared/nights.sql").rename(files.folder / "shared/bookings.sql")

    [problem] = files.problems()
    assert problem[2:] == ("questions.bookings", "a question that shared.yml has, too", "another key")


def test_sql_that_nothing_refers_to_is_refused(files):
    files.write("sales/forgotten.sql", "select 1 as one")

    [problem] = files.problems()
    assert problem[0] == "sales/forgotten.sql"
    assert problem[3] == "SQL that nothing refers to"


def test_a_question_without_its_sql_is_refused(files):
    (files.folder / "sales/bookings.sql").unlink()

    assert (
        "sales/bookings.sql",
        None,
        None,
        "no such file",
        "the SELECT of the question or filter of that name",
    ) in files.problems()


def test_all_problems_of_all_files_are_told_at_once(files):
    files.replace("sales.yml", "kind: line", "kind: lime")
    files.replace("filters.yml", "{en: Who, ru: Кто}", "{en: Who}")

    assert {problem[0] for problem in files.problems()} == {"sales.yml", "filters.yml"}


def test_the_command_ends_with_exit_code_2(files, monkeypatch):
    files.replace("sales.yml", "kind: line", "kind: lime")
    monkeypatch.setattr("yardstick.dashboards.load_dashboards", lambda: files.load())

    done = CliRunner().invoke(cli.app, ["dashboards", "check"])

    assert isinstance(done.exception, ConfigurationError)
    assert done.exception.exit_code == 2
    assert paths.DASHBOARDS.is_dir()
