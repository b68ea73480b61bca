"""docker-compose.yml: what Compose and the programs in it would refuse is found without a Docker engine."""

import importlib.resources
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer.main
from ruamel.yaml import YAML

from yardstick.cli import app
from yardstick.paths import PROJECT
from yardstick.server.outside import ADDRESS, PASSWORDS

VARIABLE = re.compile(r"\$\{(\w+)(?::([?-])([^}]*))?\}")
FILE, EXAMPLE = PROJECT / "docker-compose.yml", PROJECT / ".env.example"

ASK_AIRFLOW = """
import json, sys
from airflow.cli.cli_parser import get_parser
from airflow.configuration import conf
asked = json.load(sys.stdin)
unknown = [
    [section, option]
    for section, option in asked["options"]
    if option not in conf.configuration_description.get(section, {"options": {}})["options"]
]
for command in asked["commands"]:
    get_parser().parse_args(command)
print(json.dumps(unknown))
"""


def _example() -> dict[str, str]:
    lines = EXAMPLE.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The file as Compose sees it with the example's .env."""
    example = _example()
    text = VARIABLE.sub(lambda found: example.get(found[1], found[3] or ""), FILE.read_text())
    return YAML(typ="safe").load(text)


def _services(compose: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return list(compose["services"].items())


def _commands(compose: dict[str, Any]) -> list[list[str]]:
    """Every command that runs in our image, checks of health included."""
    found = []
    for _, service in _services(compose):
        if "build" in service:
            found.append([*service.get("entrypoint", []), *service["command"]])
            if "healthcheck" in service:
                found.append(service["healthcheck"]["test"][1:])
    return found


def test_it_keeps_to_the_compose_specification(compose: dict[str, Any]) -> None:
    vendored = (
        importlib.resources.files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    )
    schema = json.loads(vendored.read_text(encoding="utf-8"))
    jsonschema.validate(compose, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**compose, "services": {"airflow": {"comand": []}}}, schema)


def test_each_variable_is_in_the_example_and_each_of_the_example_is_used() -> None:
    used = {name: kind for name, kind, _ in VARIABLE.findall(FILE.read_text())}
    assert used.keys() == _example().keys()
    assert [name for name, kind in used.items() if kind != "?"] == ["YARDSTICK_UID"]


def test_no_secret_is_in_it(compose: dict[str, Any]) -> None:
    secrets = re.compile(r"(?:_PASSWORD|_PASS|_SECRET|_KEY|_CONN|_CONN_ASYNC|YARDSTICK_POSTGRES): (.+)")
    assert len(secrets.findall(FILE.read_text())) == 13
    for value in secrets.findall(FILE.read_text()):
        assert "${" in value, value


def test_each_image_is_pinned(compose: dict[str, Any]) -> None:
    for name, service in _services(compose):
        assert re.search(r":v?\d+\.\d+", service["image"]), name


def test_each_command_of_yardstick_is_one_that_it_takes(compose: dict[str, Any]) -> None:
    commands = [command[1:] for command in _commands(compose) if command[0] == "yardstick"]
    assert ["demo"] in commands
    for command in commands:
        if command != ["--help"]:
            _parse_as_yardstick(command)
    with pytest.raises(Exception, match="No such command"):
        _parse_as_yardstick(["refrsh"])


def _parse_as_yardstick(arguments: list[str]) -> None:
    found: Any = typer.main.get_command(app)
    context = found.make_context("yardstick", arguments)
    while hasattr(found, "resolve_command"):
        name, found, arguments = found.resolve_command(context, [*context._protected_args, *context.args])
        context = found.make_context(name, arguments, parent=context)


def test_each_command_and_option_of_airflow_is_one_that_it_knows(
    compose: dict[str, Any], tmp_path: Path
) -> None:
    options = {
        tuple(name.removeprefix("AIRFLOW__").lower().split("__"))
        for _, service in _services(compose)
        for name in service.get("environment", {})
        if name.startswith("AIRFLOW__")
    }
    commands = [command[1:] for command in _commands(compose) if command[0] == "airflow"]
    assert (len(options), len(commands)) == (12, 8)

    def unknown(options: list[Any], commands: list[list[str]]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", ASK_AIRFLOW],
            input=json.dumps({"options": options, "commands": commands}),
            env={**os.environ, "AIRFLOW_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    done = unknown([*sorted(options), ["core", "no_such_option"]], commands)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == [["core", "no_such_option"]]
    assert unknown([], [["db", "migrat"]]).returncode == 2


def test_what_is_waited_for_comes(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name, service in _services(compose):
        for other, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in services[other], f"{name} waits for {other} to be healthy"
            else:
                assert services[other]["restart"] == "no", f"{name} waits for {other} to end"
            is_optional = not how.get("required", True)
            assert is_optional or "profiles" not in services[other], f"{name} waits for {other}"


def test_each_service_that_lasts_is_restarted_and_checked(compose: dict[str, Any]) -> None:
    lasting = {
        name: service for name, service in _services(compose) if service.get("restart") == "unless-stopped"
    }
    assert len(lasting) == 8
    assert all("healthcheck" in service for service in lasting.values())


def test_each_volume_is_declared_and_used(compose: dict[str, Any]) -> None:
    used = {
        volume.partition(":")[0]
        for _, service in _services(compose)
        for volume in service.get("volumes", [])
        if not volume.startswith(".")
    }
    assert used == compose["volumes"].keys()


def test_nothing_listens_beyond_this_machine(compose: dict[str, Any]) -> None:
    ports = [port for _, service in _services(compose) for port in service.get("ports", [])]
    assert ports == ["127.0.0.1:3000:3000", "127.0.0.1:8080:8080"]


def test_yardstick_is_told_of_the_warehouse_and_of_metabase(compose: dict[str, Any]) -> None:
    for name, service in _services(compose):
        if "build" in service:
            told = service["environment"]
            assert {ADDRESS, *PASSWORDS.values(), "METABASE_URL", "METABASE_EMAIL"} <= told.keys(), name
            assert told["METABASE_URL"] == "http://metabase:3000"


def test_the_first_night_waits_for_all_that_it_needs(compose: dict[str, Any]) -> None:
    waits = compose["services"]["airflow-scheduler"]
    assert waits["environment"]["AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION"] == "False"
    assert {"warehouse", "metabase", "airflow-init", "demo"} <= waits["depends_on"].keys()


def test_what_the_image_copies_is_here() -> None:
    text = (PROJECT / "Dockerfile").read_text()
    for line in re.findall(r"^COPY (?:--\S+ )?(.+) \S+$", text, re.MULTILINE):
        for name in line.split():
            assert (PROJECT / name).exists(), name
    assert ".env" in (PROJECT / ".dockerignore").read_text().split()
    assert ".env" in (PROJECT / ".gitignore").read_text().split()
