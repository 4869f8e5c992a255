# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Names between single backticks of docstrings: code, and a link where the reference has the name.

Docstrings put names of functions, of arguments and of fields between single backticks. Only
some of them have a page; the others are no fault.
"""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.roles import XRefRole

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

#: Says of a node that it may lead nowhere.
MAYBE = "fourfold-maybe"


class Name(XRefRole):
    """As `py:obj`, but what is not found is plain code."""

    def process_link(
        self,
        env: BuildEnvironment,
        refnode: Any,
        has_explicit_title: bool,  # noqa: ARG002  as Sphinx calls it
        title: str,
        target: str,
    ) -> tuple[str, str]:
        refnode["refdomain"], refnode["reftype"] = "py", "obj"
        refnode["py:module"] = env.ref_context.get("py:module", "fourfold")
        refnode["py:class"] = env.ref_context.get("py:class")
        refnode[MAYBE] = True
        return title, target.removesuffix("()")


def leave_as_code(
    _app: Sphinx, _env: BuildEnvironment, node: addnodes.pending_xref, content: nodes.Node
) -> nodes.Node | None:
    return content if node.get(MAYBE) else None


def skip_members_of_others(
    _app: Sphinx, _what: str, _name: str, member: Any, _skip: bool, _options: Any
) -> bool | None:
    """What a class has from scikit-learn, torch or Python is in their documentation."""
    home = home_of(member)
    of_tuple = (getattr(member, "__doc__", None) or "").startswith("Alias for field number")
    return True if of_tuple or (home and not home.startswith("fourfold")) else None


def home_of(member: Any) -> str:
    """The module that a member of a class is written in; "" where none can be told."""
    if isinstance(member, property):
        member = member.fget
    elif isinstance(member, functools.cached_property):
        member = member.func
    elif callable(member):
        member = inspect.unwrap(member)
    of_python = getattr(getattr(member, "__objclass__", None), "__module__", None)
    return getattr(member, "__module__", None) or of_python or ""


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_role("name", Name(nodeclass=addnodes.pending_xref, innernodeclass=nodes.literal))
    app.connect("missing-reference", leave_as_code)
    app.connect("autodoc-skip-member", skip_members_of_others)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
