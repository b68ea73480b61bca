"""YAML as people write it: every value as its text, every place with its line."""

from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from yardstick.errors import ConfigurationError, Problem
from yardstick.reading.explain import Loc, problems_of
from yardstick.reading.text_files import read_text
from yardstick.reading.wording import quoted

Model = TypeVar("Model", bound=BaseModel)

_NULL = "tag:yaml.org,2002:null"


@dataclass(frozen=True)
class Document:
    """A YAML file: its values as text, and where each stands.

    Text, because a model knows better than YAML what is a number: 007 stays 007, NO stays NO.
    """

    file: Path
    root: Node

    def place(self, loc: Loc) -> tuple[int, str]:
        """Line of the key or list item at `loc`, and its path; a missing one has the line of its parent."""
        node: Node | None = self.root
        line, names = _line(self.root), []
        for step in loc:
            entry = None if node is None else _entry(node, step)
            names.append(_name(step, entry[1] if entry else None))
            node = entry[1] if entry else None
            line = _line(entry[0]) if entry else line
        return line, ".".join(names)

    def problem(self, loc: Loc, found: str, expected: str) -> Problem:
        """A Problem at the key or list item at `loc`."""
        return Problem(self.file, *self.place(loc), found, expected)

    def read_as(self, model: type[Model]) -> Model:
        """The content as the model; raises ConfigurationError with every value that the model refuses."""
        reader = _Reader(self)
        content = reader.value(self.root, ())
        problems = reader.problems
        try:
            parsed = model.model_validate(content)
        except ValidationError as error:
            problems += problems_of(error, model, self.file, self.place)
        if problems:
            raise ConfigurationError(problems)
        return parsed


@dataclass(frozen=True)
class Parsed(Generic[Model]):
    """A YAML file as a model, and the document that knows its lines."""

    value: Model
    document: Document


def read_model(file: Path, model: type[Model], content: str) -> Parsed[Model]:
    """The file as the model; `content` says what the file ought to hold.

    Raises ConfigurationError with everything wrong in the file.
    """
    document = read_yaml(file, content)
    return Parsed(document.read_as(model), document)


def read_yaml(file: Path, content: str) -> Document:
    """The file's one document; `content` says what it ought to hold.

    Raises ConfigurationError for a file that is missing, empty, no UTF-8 or no YAML.
    """
    text = read_text(file, content)
    try:
        root = YAML(typ="safe", pure=True).compose(StringIO(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise _no_yaml(file, line, f"broken YAML ({error.problem or error.context})") from None
    except YAMLError as error:
        raise _no_yaml(file, None, f"broken YAML ({str(error).splitlines()[0]})") from None
    if root is None:
        raise ConfigurationError([Problem(file, None, None, "an empty file", content)])
    return Document(file, root)


def _no_yaml(file: Path, line: int | None, found: str) -> ConfigurationError:
    expected = "YAML: key: value, lists and nested keys indented by spaces"
    return ConfigurationError([Problem(file, line, None, found, expected)])


class _Reader:
    """Turns nodes into mappings, lists and texts, noting what YAML allows and nobody can have meant."""

    def __init__(self, document: Document) -> None:
        self.problems: list[Problem] = []
        self._document = document
        self._inside: list[Node] = []

    def value(self, node: Node, loc: Loc) -> object:
        if node in self._inside:
            self.problems.append(
                self._document.problem(loc, "a value that contains itself", "no such reference")
            )
            return None
        self._inside.append(node)
        content = self._content(node, loc)
        self._inside.pop()
        return content

    def _content(self, node: Node, loc: Loc) -> object:
        if isinstance(node, MappingNode):
            return self._mapping(node, loc)
        if isinstance(node, SequenceNode):
            return [self.value(item, (*loc, index)) for index, item in enumerate(node.value)]
        return None if node.tag == _NULL else node.value

    def _mapping(self, node: MappingNode, loc: Loc) -> dict[str, object]:
        content: dict[str, object] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in content:
                self._note_repetition(key_node, (*loc, key))
            content[key] = self.value(value_node, (*loc, key))
        return content

    def _note_repetition(self, key_node: Node, loc: Loc) -> None:
        field = self._document.place(loc)[1]
        found = f"the key {quoted(str(loc[-1]))} a second time"
        self.problems.append(Problem(self._document.file, _line(key_node), field, found, "each key once"))


def _entry(node: Node, step: int | str) -> tuple[Node, Node] | None:
    """Where the step's key or list item starts, and its value."""
    if isinstance(node, MappingNode):
        return next((pair for pair in node.value if pair[0].value == step), None)
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None


def _name(step: int | str, node: Node | None) -> str:
    """A key's own name; a list item's id or name where it has one, else its number counted from 1."""
    if isinstance(step, str):
        return step
    for key in ("id", "name"):
        entry = _entry(node, key) if node is not None else None
        if entry and isinstance(entry[1], ScalarNode) and entry[1].value:
            return str(entry[1].value)
    return str(step + 1)


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1
