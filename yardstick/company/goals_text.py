"""Adds a line to goals.yml without touching the others: comments and layout are a person's."""

from typing import TypeGuard

from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, SequenceNode

from yardstick.reading.yaml_files import Document


def with_child(document: Document, text: str, goal_id: str, line: str) -> str:
    """The text of goals.yml with one more line, `- {id: …}`, among the children of a goal that it has."""
    goal = _goal(document.root, goal_id)
    children = _value(goal, "children")
    if _is_inline(children):
        return _with_inline(text, children, line.removeprefix("- "))
    if _is_inline(goal):
        return _with_inline(text, goal, f"children: [{line.removeprefix('- ')}]")
    if isinstance(children, SequenceNode):
        added, after = [" " * children.start_mark.column + line], _last_line(children)
    else:
        indent = " " * goal.start_mark.column
        added, after = [f"{indent}children:", f"{indent}  {line}"], _last_line(goal)
    lines = text.splitlines()
    lines[after + 1 : after + 1] = added
    ending = "\r\n" if "\r\n" in text else "\n"
    return "".join(f"{kept}{ending}" for kept in lines)


def _with_inline(text: str, node: CollectionNode, added: str) -> str:
    """The text with one more item before the bracket that closes the node."""
    bracket = node.end_mark.index - 1
    return f"{text[:bracket].rstrip()}{', ' if node.value else ''}{added}{text[bracket:]}"


def _goal(node: Node, goal_id: str) -> MappingNode:
    """The goal's mapping, wherever in the tree it stands."""
    return next(goal for goal in _mappings(node) if getattr(_value(goal, "id"), "value", None) == goal_id)


def _mappings(node: Node) -> list[MappingNode]:
    if isinstance(node, MappingNode):
        return [node, *(found for _, value in node.value for found in _mappings(value))]
    if isinstance(node, SequenceNode):
        return [found for item in node.value for found in _mappings(item)]
    return []


def _value(mapping: MappingNode, key: str) -> Node | None:
    return next((value for name, value in mapping.value if name.value == key), None)


def _is_inline(node: Node | None) -> TypeGuard[CollectionNode]:
    return isinstance(node, CollectionNode) and bool(node.flow_style)


def _last_line(node: Node) -> int:
    """The last line of what a node holds, from 0 on; the end of a block lies behind blanks and comments."""
    if isinstance(node, CollectionNode) and not _is_inline(node):
        parts = node.value if isinstance(node, SequenceNode) else [value for _, value in node.value]
        return max(map(_last_line, parts))
    # A text of several lines ends where the next line begins.
    ends_before = node.end_mark.column == 0 and node.end_mark.line > node.start_mark.line
    return int(node.end_mark.line - ends_before)
