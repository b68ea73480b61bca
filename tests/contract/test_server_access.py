"""Who gets into the embedded server, and how text behaves in it."""

import psycopg
import pytest

from yardstick.server.embedded import Role, Server, server_is_running


def test_it_listens_on_the_loopback_address_only_and_has_no_socket_file(server: Server) -> None:
    with psycopg.connect(**server.login(Role.ADMIN, "postgres")) as connection:
        settings = connection.execute(
            "select current_setting('listen_addresses'), current_setting('unix_socket_directories')"
        )
        assert settings.fetchone() == ("127.0.0.1", "")


def test_every_role_needs_its_own_password(server: Server) -> None:
    assert len(set(server.passwords.values())) == 3
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(**{**server.login(Role.OWNER, "postgres"), "password": server.passwords[Role.READER]})
    with psycopg.connect(**server.login(Role.ADMIN, "postgres")) as connection:
        stored = connection.execute("select rolpassword from pg_authid where rolcanlogin").fetchall()
    assert all(verifier.startswith("SCRAM-SHA-256$") for (verifier,) in stored)


def test_only_the_admin_may_use_the_maintenance_databases(server: Server) -> None:
    for role in (Role.OWNER, Role.READER):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(**server.login(role, "postgres"))


def test_text_sorts_by_code_point_and_folds_case_by_unicode(server: Server) -> None:
    with psycopg.connect(**server.login(Role.ADMIN, "postgres")) as connection:
        letters = connection.execute("select x from unnest(array['я', 'a', 'Я', 'B', 'ä']) x order by x")
        assert [letter for (letter,) in letters] == ["B", "a", "ä", "Я", "я"]
        assert connection.execute("select lower('ЯÄ')").fetchone() == ("яä",)


def test_what_the_environment_says_about_other_servers_does_not_matter(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGSSLMODE", "require")
    monkeypatch.setenv("PGPORT", "1")
    monkeypatch.setenv("PGPASSWORD", "other")
    assert server_is_running()
