"""Messages as they are sent: what a morning, or a held night, tells a person in their language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from ruamel.yaml import YAML

from yardstick.digest.content import ISSUES_NAMED, Issue, Line, Morning, Section
from yardstick.digest.figures import day, figure, month, percent
from yardstick.languages import Language

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Message:
    """One message: what a mail program shows, and the same as plain text."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True)
class Writer:
    """Writes in one language, for a company with its currency and the address of its dashboards."""

    language: Language
    company: str
    currency: str
    dashboards: str | None

    def morning(self, morning: Morning, person: str) -> Message:
        """What the morning tells a person whom it has sections for."""
        texts, name = _texts(self.language), morning.names[person]
        sections = morning.sections[person]
        in_month = month(morning.as_of, self.language)
        score = sections[0].score
        subject = (
            texts["subject_without_score"].format(name=sections[0].name, month=in_month)
            if score is None
            else texts["subject"].format(
                name=sections[0].name, month=in_month, score=percent(score, self.language)
            )
        )
        return self._message(
            "morning",
            subject,
            name=name,
            data_until=None if morning.data_until is None else day(morning.data_until, self.language),
            sections=[self._section(section) for section in sections],
        )

    def held(self, as_of: date, published: date | None, reason: str) -> Message:
        """That a night was not published, and why; `published` is the night that people see."""
        texts, night = _texts(self.language), day(as_of, self.language)
        told = (
            texts["held_first"].format(day=night)
            if published is None
            else texts["held"].format(day=night, published=day(published, self.language))
        )
        subject = texts["held_subject"].format(company=self.company, day=night)
        return self._message("held", subject, told=told, reason=reason)

    def _message(self, template: str, subject: str, **values: Any) -> Message:
        values |= {
            "texts": _texts(self.language),
            "language": self.language,
            "subject": subject,
            "dashboards": self.dashboards,
        }
        text, html = (
            _templates().get_template(f"{template}.{kind}.j2").render(values) for kind in ("txt", "html")
        )
        return Message(subject, text.strip() + "\n", html)

    def _section(self, section: Section) -> Mapping[str, Any]:
        texts = _texts(self.language)
        is_own = section.node_kind == "person"
        more = section.issue_count - ISSUES_NAMED
        compared = next((child.line for child in section.children if child.line), None)
        to_mend = texts["to_mend" if is_own else "people_to_mend"].format(count=section.issue_count)
        return {
            "title": texts["own"] if is_own else texts["headed"].format(name=section.name),
            "score": None if section.score is None else percent(section.score, self.language),
            "lines": [self._line(line) for line in section.shown],
            "withheld": [
                {"title": self._of(line, "title"), "reason": self._of(line, "reason")}
                for line in section.withheld
            ],
            "compared": compared and self._of(compared, "title"),
            "children": [
                {"name": child.name, "line": self._line(child.line)}
                for child in section.children
                if child.line is not None
            ],
            "to_mend": to_mend if section.issue_count else None,
            "issues": [self._issue(issue) for issue in section.issues],
            "more": texts["more"].format(count=more) if is_own and more > 0 else None,
        }

    def _line(self, line: Line) -> Mapping[str, Any]:
        actual, target = self._figure(line, "actual") or "–", self._figure(line, "target")
        is_open = line.status in ("ahead", "on plan", "behind")
        return {
            "title": self._of(line, "title"),
            "actual": actual,
            "target": target,
            "reached": actual
            if target is None
            else _texts(self.language)["reached"].format(actual=actual, target=target),
            "plan": self._figure(line, "plan_to_date") if is_open else None,
            "needed": self._figure(line, "needed_per_day") if line.needed_per_day else None,
            "status": _texts(self.language)["statuses"].get(line.status, "–"),
        }

    def _issue(self, issue: Issue) -> Mapping[str, Any]:
        url = issue.record_url or ""
        return {
            "record": issue.record_id,
            "what": self._of(issue, "what"),
            "mend": self._of(issue, "mend"),
            "url": url if url.startswith(("http://", "https://")) else None,
        }

    def _figure(self, line: Line, name: str) -> str | None:
        value = getattr(line, name)
        return None if value is None else figure(value, line.unit, self.language, self.currency)

    def _of(self, record: Line | Issue, name: str) -> str:
        """A text of the record in the language."""
        return str(getattr(record, f"{name}_{self.language}"))


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER / "templates"),
        autoescape=select_autoescape(["html", "html.j2"], default_for_string=False),
        undefined=StrictUndefined,
    )


@cache
def _texts(language: Language) -> Mapping[str, Any]:
    texts: Mapping[str, Any] = YAML(typ="safe").load(_FOLDER / "texts.yml")[language]
    return texts
