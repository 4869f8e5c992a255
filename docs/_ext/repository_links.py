# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Links of Markdown pages to files: to the page that the site has of it, or to the forge.

Pages are written for whoever reads them in the repository: links are paths from the file that they
are in, also to files that the site does not have. What leads nowhere is left to MyST, which warns.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from sphinx.application import Sphinx


ANCHOR = re.compile(r'<a id="([^"]+)">')


def page_of(path: str, documents: Container[str], pages: Mapping[str, str]) -> str | None:
    """The document that the site has of a path of the repository, or None.

    Parameters
    ----------
    path : str
        From the root of the repository, such as "docs/sampling.md".
    documents : container of str
        All documents of the site, from docs/ and without suffix.
    pages : mapping
        Documents of files outside docs/.
    """
    if path in pages:
        return pages[path]
    if not path.startswith("docs/"):
        return None
    name = path.removeprefix("docs/").removesuffix(".md")
    folder, _, script = name.removesuffix(".py").partition("/")
    of_gallery = f"{folder}/built/{script or 'index'}"
    candidates = (name, f"{name}/README", f"{name}/index", of_gallery, f"{of_gallery}/index")
    return next((document for document in candidates if document in documents), None)


class RepositoryLinks(SphinxTransform):
    """Replaces what MyST made of links that it could not follow from the page's own folder."""

    default_priority = 10

    def apply(self, **_: Any) -> None:
        for kind in (addnodes.pending_xref, addnodes.download_reference):
            for node in list(self.document.findall(kind)):
                if node.get("reftype") == "myst":
                    self._follow(node)

    def _follow(self, node: nodes.Element) -> None:
        target, _, anchor = node["reftarget"].partition("#")
        if node.get("refdomain") == "doc":
            if target in self.env.found_docs:
                return
            # a Markdown file that is no document: MyST has its path, less the suffix
            target, anchor = f"{target}.md", node["reftargetid"] or ""
        if not target:
            return
        page = Path(self.env.doc2path(self.env.docname))
        folder = Path(node.source or page).parent  # of what was included, where that is so
        path = Path(os.path.normpath(folder / target))
        root = Path(self.env.srcdir).parent
        if not path.exists() or not path.is_relative_to(root):
            return
        inside = path.relative_to(root).as_posix()
        document = page_of(inside, self.env.found_docs, self.config.repository_pages)
        if document is None:
            kind = "tree" if path.is_dir() else "blob"
            address = f"{self.config.repository_url}/{kind}/main/{inside}"
            address += f"#{anchor}" if anchor else ""
            link: nodes.Element = nodes.reference("", "", refuri=address, internal=False)
        else:
            link = addnodes.pending_xref(
                "",
                refdomain="doc",
                reftype="myst",
                reftarget=document,
                reftargetid=anchor or None,
                refdoc=self.env.docname,
                refexplicit=node["refexplicit"],
            )
            link.source, link.line = node.source, node.line
        link += node.children
        node.replace_self(link)


class Anchors(SphinxTransform):
    """Makes of ``<a id="name"></a>``, which the forge knows, an anchor that MyST knows."""

    default_priority = 5

    def apply(self, **_: Any) -> None:
        for node in list(self.document.findall(nodes.raw)):
            found = ANCHOR.fullmatch(node.astext())
            if found and node.get("format") == "html":
                target = nodes.target("", "", ids=[found[1]], names=[found[1]])
                node.replace_self(target)
                self.document.note_explicit_target(target)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("repository_url", "", "env", str)
    app.add_config_value("repository_pages", {}, "env", dict)
    app.add_transform(Anchors)
    app.add_transform(RepositoryLinks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
