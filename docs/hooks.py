"""Pages that are made from the program itself: the help of every command, and the docstrings of nianbao.compare."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

from nianbao import compare
from nianbao.cli import main

COMMANDS, API = "<!-- commands -->", "<!-- nianbao.compare -->"
_EXAMPLE = re.compile(r"^    (>>> .*)$", re.MULTILINE)


def on_page_markdown(markdown: str, **_: object) -> str:
    """What MkDocs calls for each page."""
    return markdown.replace(COMMANDS, "\n".join(_commands(main, "nianbao"))).replace(API, "\n".join(_functions()))


def _commands(command: click.Command, name: str) -> Iterator[str]:
    with click.Context(command, info_name=name, max_content_width=100, terminal_width=100) as context:
        yield f"## {name}\n\n```text\n{command.get_help(context)}\n```\n"
    if isinstance(command, click.Group):
        for word, below in sorted(command.commands.items()):
            yield from _commands(below, f"{name} {word}")


def _functions() -> Iterator[str]:
    for name in compare.__all__:
        function = getattr(compare, name)
        if not callable(function):
            continue
        yield f"### {name}\n\n```python\n{name}{_signature(function)}\n```\n"
        yield _prose(inspect.getdoc(function) or "")


def _signature(function: object) -> str:
    """The parameters without the paths of modules, a line each where they are many."""
    signature = inspect.signature(function)  # type: ignore[arg-type]
    text = re.sub(r"\b(?:pd|pathlib)\.", "", str(signature).replace("'", ""))
    return text if len(text) < 90 else "(\n    " + text[1:].replace(", *, ", ",\n    *,\n    ").replace(") -> ", "\n) -> ")


def _prose(docstring: str) -> str:
    """A docstring with its examples as blocks of code."""
    before, mark, examples = docstring.partition(">>> ")
    return f"{before}\n```pycon\n{mark}{examples}\n```\n" if mark else f"{before}\n"
