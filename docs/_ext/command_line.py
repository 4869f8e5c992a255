# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The directive ``command-line``: every command and option, as the parser has them."""

from __future__ import annotations

import argparse
import functools
from typing import TYPE_CHECKING, ClassVar

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective
from sphinx.util.nodes import nested_parse_with_titles

from fourfold.cli.main import parser_of_all

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docutils.parsers.rst.states import RSTState  # noqa: F401
    from sphinx.application import Sphinx

_WIDTH = 84


def lines_of_all() -> Iterator[str]:
    """reStructuredText of the program and of each of its commands."""
    parser = parser_of_all()
    yield from lines_of(parser, "fourfold")
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, of_command in action.choices.items():
                title = f"fourfold {name}"
                yield from (title, "-" * len(title), "")
                yield from lines_of(of_command, title)


def lines_of(parser: argparse.ArgumentParser, program: str) -> Iterator[str]:
    """What it is for, how it is called, and its arguments."""
    parser.formatter_class = functools.partial(argparse.HelpFormatter, width=_WIDTH)
    yield from (escaped(parser.description or ""), "", f".. program:: {program}", "")
    yield from (".. code-block:: text", "")
    usage = parser.format_usage().removeprefix("usage: ").rstrip()
    yield from (f"   {line}" for line in usage.splitlines())
    yield ""
    for group in parser._action_groups:
        shown = [action for action in group._group_actions if action.help != argparse.SUPPRESS]
        if not shown:
            continue
        yield from (f".. rubric:: {(group.title or '').capitalize()}", "")
        if group.description:
            yield from (escaped(group.description), "")
        for action in shown:
            yield from option_lines(parser, action)
    if parser.epilog:
        yield from (escaped(parser.epilog), "")


def option_lines(parser: argparse.ArgumentParser, action: argparse.Action) -> Iterator[str]:
    """One argument: its names, what it takes and what it does."""
    formatter = parser._get_formatter()
    if isinstance(action, argparse._SubParsersAction):
        for choice in action._choices_actions:
            yield from (f"``fourfold {choice.dest}``", f"   {escaped(choice.help or '')}", "")
        return
    help_ = formatter._expand_help(action) if action.help else ""
    if action.option_strings:
        takes = formatter._format_args(
            action, formatter._get_default_metavar_for_optional(action)
        )
        names = ", ".join(f"{name} {takes}".rstrip() for name in action.option_strings)
        yield f".. option:: {names}"
    else:
        takes = formatter._format_args(
            action, formatter._get_default_metavar_for_positional(action)
        )
        yield f".. option:: {takes}"
    yield from ("", f"   {escaped(help_)}", "")


def escaped(text: str) -> str:
    """In one line; what has a meaning in reStructuredText stands for itself."""
    return "".join(f"\\{c}" if c in "*`|_:\\" else c for c in " ".join(text.split()))


class CommandLine(SphinxDirective):
    """Takes nothing: the parser has it all."""

    has_content: ClassVar[bool] = False

    def run(self) -> list[nodes.Node]:
        node = nodes.Element(document=self.state.document)
        text = StringList(list(lines_of_all()), source="fourfold.cli")
        nested_parse_with_titles(self.state, text, node)
        return node.children


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("command-line", CommandLine)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
