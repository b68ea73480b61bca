"""A session with one Metabase: signs in, sets up an empty one, asks, and says in words what went wrong."""

from collections.abc import Mapping
from typing import Any

import requests
import tenacity
from metabase_api import Metabase_API

from yardstick.metabase.errors import MetabaseError, MissingError, StaleError
from yardstick.metabase.settings import HOW_TO, MetabaseSettings
from yardstick.metabase.versions import refuse_old_version

SECONDS = 120
_IS_IT_UP = "Is METABASE_URL right, and is it up?"
_PASSING = frozenset({502, 503, 504})


class _PassingError(MetabaseError):
    """What may be over in a moment."""


class Session:
    """Asks a Metabase as an administrator, through metabase-api's verbs."""

    def __init__(self, url: str, client: Metabase_API) -> None:
        self.url = url
        self._client = client

    @tenacity.retry(
        stop=tenacity.stop_after_attempt(3),
        wait=tenacity.wait_exponential(0.5),
        retry=tenacity.retry_if_exception_type(_PassingError),
        reraise=True,
    )
    def get(self, path: str, **asked: str) -> Any:
        """What is there; asked again where that may help."""
        return self._ask("GET", self._client.get, path, params=asked)

    def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """Make something, or run a question."""
        return self._ask("POST", self._client.post, path, json=body)

    def put(self, path: str, body: Mapping[str, Any]) -> Any:
        """Change something."""
        return self._ask("PUT", self._client.put, path, json=body)

    def _ask(self, method: str, verb: Any, path: str, **sent: Any) -> Any:
        try:
            response = verb(path, "raw", timeout=SECONDS, **sent)
        except requests.RequestException as error:
            raise _PassingError(
                f"{self.url}: no whole answer to {method} {path} ({type(error).__name__}). Look whether "
                "Metabase is well and push again: it goes on from there."
            ) from None
        if response.ok:
            return response.json() if response.content else None
        raise self._refusal(response, f"{method} {path}")

    def _refusal(self, response: requests.Response, asked: str) -> MetabaseError:
        said = " ".join(response.text.split())[:300]
        match response.status_code:
            case 401:
                return MetabaseError(f"{self.url}: it does not know who asks. {HOW_TO}")
            case 403:
                return MetabaseError(
                    f"{self.url}: {asked} is not allowed. Make the key one of group Administrators."
                )
            case 404:
                return MissingError(f"{self.url}: {asked}: there is none")
            case 409:
                return StaleError(f"{self.url}: {asked}: somebody else changes the permissions ({said})")
            case status if status in _PASSING:
                return _PassingError(f"{self.url}: HTTP {status} to {asked}. Push again when it is up.")
        return MetabaseError(f"{self.url}: HTTP {response.status_code} to {asked}: {said}")


def sign_in(settings: MetabaseSettings, site_name: str, language: str) -> Session:
    """A session of an administrator; an empty Metabase is set up first.

    Raises MetabaseError when Metabase cannot be reached, is too old, or does not let in.
    """
    properties = _properties(settings.url)
    refuse_old_version(properties["version"]["tag"], settings.url)
    if not properties["has-user-setup"]:
        _set_up(settings, properties["setup-token"], site_name, language)
    session = Session(settings.url, _client(settings))
    if not session.get("/api/user/current")["is_superuser"]:
        raise MetabaseError(
            f"{settings.url}: the key has not the rights to push, which makes a database, groups and "
            "permissions. Make it one of group Administrators (Admin, Settings, Authentication, API keys)."
        )
    return session


def _properties(url: str) -> dict[str, Any]:
    try:
        response = requests.get(f"{url}/api/session/properties", timeout=15)
        properties = response.json() if response.ok else {}
    except requests.JSONDecodeError:
        properties = {}
    except requests.RequestException as error:
        raise MetabaseError(
            f"{url}: Metabase cannot be reached ({type(error).__name__}). {_IS_IT_UP}"
        ) from None
    if not (isinstance(properties, dict) and {"version", "has-user-setup"} <= properties.keys()):
        raise MetabaseError(f"{url}: it answers, but not as Metabase does. {_IS_IT_UP}")
    return properties


def _set_up(settings: MetabaseSettings, token: str, site_name: str, language: str) -> None:
    if settings.email is None or settings.password is None:
        raise MetabaseError(
            f"{settings.url}: this Metabase is empty and has no key yet. Give METABASE_EMAIL and "
            "METABASE_PASSWORD for its first administrator, or set it up in the browser and make a key."
        )
    user = {"email": settings.email, "password": settings.password, "first_name": "Yardstick"}
    prefs = {"site_name": site_name, "site_locale": language}
    body = {"token": token, "user": user, "prefs": prefs}
    try:
        response = requests.post(f"{settings.url}/api/setup", json=body, timeout=SECONDS)
    except requests.RequestException as error:
        raise MetabaseError(f"{settings.url}: it could not be set up ({type(error).__name__}).") from None
    if not response.ok:
        said = response.text.replace(settings.password, "***")[:300]
        raise MetabaseError(f"{settings.url}: it could not be set up: {said}")


def _client(settings: MetabaseSettings) -> Metabase_API:
    try:
        if settings.api_key is not None:
            return Metabase_API(settings.url, api_key=settings.api_key)
        return Metabase_API(settings.url, settings.email, settings.password)
    except requests.RequestException as error:
        raise MetabaseError(f"{settings.url}: no whole answer ({type(error).__name__}).") from None
    except Exception:  # the client has no exceptions of its own, and they may show what was sent
        raise MetabaseError(f"{settings.url}: it does not let in who signs in. {HOW_TO}") from None
