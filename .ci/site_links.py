# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Checks a folder of HTML pages: python .ci/site_links.py FOLDER.

Every link to a page, an anchor, a picture or another file in the folder leads somewhere; no two paths differ in
case only; and nothing that a page needs to be shown is fetched from the network. Exits with 1
otherwise. Links to other sites are not followed.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

#: What a browser fetches to show a page, by element.
FETCHED = {"img": "src", "script": "src", "link": "href", "iframe": "src", "source": "src"}


class Page(HTMLParser):
    """The anchors of a page, and what it links to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: set[str] = set()
        self.fetched: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value for name, value in attributes if value}
        self.anchors.update(values[name] for name in ("id", "name") if name in values)
        if tag == "a" and "href" in values:
            self.links.add(values["href"])
        address = values.get(FETCHED.get(tag, ""))
        if address and not (tag == "link" and values.get("rel") in ("canonical", "author")):
            self.fetched.add(address)


def faults_of(folder: Path) -> list[str]:
    """What is wrong with the pages, one line each."""
    pages = {
        path: Page(path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*.html"))
        if "_static" not in path.parts
    }
    faults = [] if pages else [f"{folder}: no pages"]
    for path, page in pages.items():
        place = path.relative_to(folder)
        for address in sorted(page.links | page.fetched):
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                if address in page.fetched and parts.scheme != "data":
                    faults.append(f"{place}: needs the network for {address}")
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.is_relative_to(folder) or not target.is_file():
                faults.append(f"{place}: no file {address}")
            elif parts.fragment and target in pages:
                anchor = unquote(parts.fragment)
                if anchor not in pages[target].anchors | {"top"}:
                    faults.append(f"{place}: no anchor {address}")
    alike = defaultdict(list)
    for path in sorted(folder.rglob("*")):
        alike[path.relative_to(folder).as_posix().lower()].append(path.name)
    faults += [
        f"one file where case does not count: {', '.join(names)}"
        for names in alike.values()
        if len(names) > 1
    ]
    print(f"{len(pages)} pages, {sum(len(page.links) for page in pages.values())} links")
    return faults


if __name__ == "__main__":
    found = faults_of(Path(sys.argv[1]).resolve())
    for fault in found:
        print(fault, file=sys.stderr)
    sys.exit(bool(found))
