"""Makes Metabase what the files of dashboards/ say: once pushed, pushing again writes nothing.

What is made bears its key from the first request on, and every step looks at what is there, so that a push
that broke off at any point is mended by the next one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from yardstick.company import Company
from yardstick.dashboards import SHARED, Dashboards
from yardstick.dashboards.files import Audience
from yardstick.languages import Language
from yardstick.metabase.boards import Boards
from yardstick.metabase.changes import Writer
from yardstick.metabase.database import ensure_database
from yardstick.metabase.filters import Choices
from yardstick.metabase.groups import AUDIENCES, Groups, ensure_groups, open_collections, open_database
from yardstick.metabase.marks import by_key, marked, numbers_of
from yardstick.metabase.questions import card, existing_card, filters_of
from yardstick.metabase.subscriptions import ensure_subscription
from yardstick.metabase.versions import listed_dashboards

Thing = dict[str, Any]

_LANGUAGE_NAMES: Mapping[Language, str] = {"en": "English", "ru": "Русский"}
_ROOT = (
    "Dashboards that Yardstick pushes. What is changed in them by hand is put back by the next push: "
    "copy what you want to change into a collection of your own."
)
_SHARED_TEXT: Mapping[Language, str] = {
    "en": "Dashboards, and the questions that several of them show.",
    "ru": "Дашборды и вопросы, общие для нескольких из них.",
}


@dataclass
class _There:
    """What Metabase has of ours, by key."""

    collections: Mapping[str, Thing]
    cards: Mapping[str, Thing]
    dashboards: Mapping[str, Thing]


@dataclass
class Pushed:
    """The numbers of what was pushed."""

    database: int
    #: Language and dashboard's key → the dashboard's number.
    dashboards: dict[tuple[Language, str], int] = field(default_factory=dict)
    #: Language and question's id → the question's number.
    cards: dict[tuple[Language, str], int] = field(default_factory=dict)
    #: What is there of ours and no longer in the files.
    left: list[str] = field(default_factory=list)


@dataclass
class Push:
    """One push of a company's dashboards; `choices` are those of each language's filters."""

    company: Company
    dashboards: Dashboards
    choices: Mapping[Language, Choices]
    writer: Writer
    is_pruning: bool = False

    def run(self) -> Pushed:
        """Push everything; raises MetabaseError where Metabase does not do as asked."""
        there = self._look()
        database = ensure_database(self.company, self.writer)
        pushed = Pushed(database)
        groups, collections = self._collections(there)
        # before there is anything to see
        open_collections(self.writer, groups, self._readers(collections))
        open_database(self.writer, groups, database)
        for language in self.choices:
            self._questions(language, there, collections, pushed)
        for language in self.choices:
            self._boards(language, there, collections, pushed)
        self._subscriptions(groups, pushed)
        self._prune(there, collections, pushed)
        return pushed

    # ---- what is there

    @property
    def _prefix(self) -> str:
        return f"{self.company.settings.id}/"

    def _look(self) -> _There:
        session, prefix = self.writer.session, self._prefix
        collections = by_key(session.get("/api/collection/"), prefix)
        places = [collection["id"] for collection in collections.values()]
        boards = by_key(listed_dashboards(session.get, places), prefix)
        return _There(
            collections=collections,
            cards={
                key: existing_card(thing)
                for key, thing in by_key(session.get("/api/card/", f="all"), prefix).items()
            },
            dashboards={key: session.get(f"/api/dashboard/{board['id']}") for key, board in boards.items()},
        )

    # ---- collections and groups

    def _collections(self, there: _There) -> tuple[Groups, dict[str, int]]:
        """Groups, and the collection of each key: the root, each language in it, each dashboard in those."""
        root_key = f"{self._prefix}all"
        groups = ensure_groups(self.writer, numbers_of(there.collections.get(root_key, {})))
        root_text = marked(_ROOT, root_key, groups.ours)
        numbers = {"all": self._collection(there, root_key, self.company.settings.name, root_text, None)}
        for language in self.choices:
            numbers[language] = self._collection(
                there,
                f"{self._prefix}{language}",
                _LANGUAGE_NAMES[language],
                marked(_SHARED_TEXT[language], f"{self._prefix}{language}"),
                numbers["all"],
            )
            for key, dashboard in self.dashboards.dashboards.items():
                own = f"{self._prefix}{language}/{key}"
                text = marked(dashboard.description[language], own)
                numbers[f"{language}/{key}"] = self._collection(
                    there, own, dashboard.title[language], text, numbers[language]
                )
        return groups, numbers

    def _collection(self, there: _There, key: str, name: str, description: str, parent: int | None) -> int:
        fields: Thing = {"name": name, "description": description}
        what = f"collection {key}"
        existing = there.collections.get(key)
        if existing is None:
            place = {} if parent is None else {"parent_id": parent}
            return int(self.writer.make("/api/collection/", what, {**fields, **place})["id"])
        self.writer.change(f"/api/collection/{existing['id']}", what, existing, fields)
        return int(existing["id"])

    def _readers(self, collections: Mapping[str, int]) -> dict[int, Collection[Audience]]:
        """Who reads each collection; what several dashboards show is for all."""
        readers: dict[int, Collection[Audience]] = {}
        for key, number in collections.items():
            dashboard = self.dashboards.dashboards.get(key.partition("/")[2])
            readers[number] = AUDIENCES if dashboard is None else {*dashboard.audience, "analysts"}
        return readers

    # ---- questions

    def _questions(
        self, language: Language, there: _There, collections: Mapping[str, int], pushed: Pushed
    ) -> None:
        settings = self.company.settings
        for question in self.dashboards.questions():
            key = f"{self._prefix}{language}/{question.id}"
            home = language if question.home == SHARED else f"{language}/{question.home}"
            wanted = {
                **card(
                    question,
                    filters_of(question, self.dashboards),
                    self.choices[language],
                    language,
                    settings.currency,
                    pushed.database,
                ),
                "description": marked(question.tells[language], key),
                "collection_id": collections[home],
            }
            pushed.cards[language, question.id] = self._put(
                "/api/card", f"question {key}", there.cards.get(key), wanted
            )

    def _put(self, path: str, what: str, existing: Thing | None, wanted: Thing) -> int:
        if existing is None:
            return int(self.writer.make(f"{path}/", what, wanted)["id"])
        self.writer.change(f"{path}/{existing['id']}", what, existing, wanted)
        return int(existing["id"])

    # ---- dashboards

    def _boards(
        self, language: Language, there: _There, collections: Mapping[str, int], pushed: Pushed
    ) -> None:
        cards = {asked: number for (spoken, asked), number in pushed.cards.items() if spoken == language}
        boards = Boards(
            self.writer,
            self.dashboards,
            language,
            self.choices[language],
            f"{self._prefix}{language}",
            cards,
            frozenset({*cards.values(), *(card["id"] for card in there.cards.values())}),
            self.is_pruning,
        )
        collection_of = {key: collections[f"{language}/{key}"] for key in self.dashboards.dashboards}
        for key, number in boards.push(there.dashboards, collection_of).items():
            pushed.dashboards[language, key] = number

    def _subscriptions(self, groups: Groups, pushed: Pushed) -> None:
        """In the first language of those that are pushed: nobody wants a dashboard twice."""
        language = next(iter(self.choices))
        for key, dashboard in self.dashboards.dashboards.items():
            if dashboard.subscription is not None:
                what = f"subscription of dashboard {self._prefix}{language}/{key}"
                number = pushed.dashboards[language, key]
                ensure_subscription(self.writer, what, number, dashboard, language, groups)

    # ---- what is no longer wanted

    def _prune(self, there: _There, collections: Mapping[str, int], pushed: Pushed) -> None:
        for kind, path, things, wanted in (
            ("dashboard", "dashboard", there.dashboards, pushed.dashboards.values()),
            ("question", "card", there.cards, pushed.cards.values()),
            ("collection", "collection", there.collections, collections.values()),
        ):
            for key, thing in things.items():
                if thing["id"] in wanted:
                    continue
                if self.is_pruning:
                    self.writer.archive(f"/api/{path}/{thing['id']}", f"{kind} {key}")
                else:
                    pushed.left.append(f"{kind} {key}")
