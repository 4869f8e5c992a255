# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What is stated in two places is stated alike, and what the forge reads can be read."""

import re
import tomllib

import pytest

from tests.support.paths import ROOT

yaml = pytest.importorskip("yaml")

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

#: The hook of pre-commit that runs a tool of .ci/requirements.txt.
HOOKS = {
    "ruff-pre-commit": "ruff",
    "mirrors-clang-format": "clang-format",
    "mirrors-mypy": "mypy",
}


def read(*parts):
    return yaml.safe_load(ROOT.joinpath(*parts).read_text(encoding="utf-8"))


def fixed_versions():
    text = (ROOT / ".ci" / "requirements.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w-]+)==(\S+)$", text, re.MULTILINE))


def test_hooks_have_the_versions_of_ci():
    revisions = {
        repository["repo"].rpartition("/")[2]: repository["rev"].lstrip("v")
        for repository in read(".pre-commit-config.yaml")["repos"]
        if "rev" in repository
    }
    fixed = fixed_versions()
    assert {hook: revisions[hook] for hook in HOOKS} == {
        hook: fixed[tool] for hook, tool in HOOKS.items()
    }


def test_fixed_versions_are_allowed():
    packaging = pytest.importorskip("packaging.requirements")
    fixed = fixed_versions()
    groups = PROJECT["dependency-groups"].values()
    stated = [
        *PROJECT["project"]["dependencies"],
        *(
            line
            for extra in PROJECT["project"]["optional-dependencies"].values()
            for line in extra
        ),
        *(line for group in groups for line in group if isinstance(line, str)),
    ]
    allowed = [packaging.Requirement(line) for line in stated]
    compared = {
        requirement.name: requirement.specifier.contains(fixed[requirement.name])
        for requirement in allowed
        if requirement.name in fixed
    }
    assert len(compared) > 15
    assert all(compared.values()), compared


def test_the_group_of_tests_is_the_extra():
    # pip before 25.1 knows no groups, so README.md names the extra
    extras = PROJECT["project"]["optional-dependencies"]
    assert PROJECT["dependency-groups"]["test"] == extras["test"]


def test_the_citation_is_of_this_version():
    citation = read("CITATION.cff")
    assert citation["version"] == PROJECT["project"]["version"]
    assert citation["license"] == PROJECT["project"]["license"]
    released = f"## [{citation['version']}] - {citation['date-released']}"
    assert released in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("form", ["bug", "feature", "wrong_number"])
def test_issue_forms_ask_for_info(form):
    parsed = read(".github", "ISSUE_TEMPLATE", f"{form}.yml")
    assert {"name", "description", "body"} <= set(parsed)
    asked = {part["id"]: part["attributes"] for part in parsed["body"] if "id" in part}
    assert "fourfold info" in asked["info"]["label"]
