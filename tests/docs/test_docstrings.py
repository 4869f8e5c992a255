# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Docstrings of public names: complete, and true as far as a program can see.

Public are the names in `__all__` of `fourfold` and of the modules in `MODULES` that are functions
or classes of Fourfold, and of these classes the methods and properties without an underscore,
each where it is defined. The rules:

1.  numpydoc's validation passes as ``[tool.numpydoc_validation]`` of pyproject.toml has it: every
    name has a summary of one line, a See Also section and an example, every function and method
    says its parameters and what it returns.
2.  A method or property that overrides a public one of another class of Fourfold, with the same
    parameters, may leave sections to it: it needs a summary.
3.  The fields of a result, or of another dataclass or named tuple, stand under Attributes, of it or
    of a public class above it.
4.  What gives information says the unit: the docstring of a result, or of a function that returns
    one, says "bits".
5.  A function that returns a result, or tests one, says the source: under References, or by a page
    of the docs.
6.  What See Also names exists; so do pages of the docs that are named.

That examples run is tested by tests/package/test_package.py.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib
import importlib.util
import inspect
import re

import pytest

from fourfold.results.record import Record
from tests.support.paths import ROOT

pytest.importorskip("numpydoc")

from numpydoc.docscrape import NumpyDocString
from numpydoc.hooks.validate_docstrings import parse_config
from numpydoc.validate import validate

MODULES = [
    "fourfold",
    "fourfold.convert",
    "fourfold.cuda",
    "fourfold.datasets",
    "fourfold.gates",
    "fourfold.loading",
    "fourfold.plotting",
]
if importlib.util.find_spec("torch"):
    MODULES.append("fourfold.torch")
CONFIG = parse_config(ROOT)
#: They return no result of their own, and compute.
COMPUTE = {"fourfold.adjust_pvalues", "fourfold.permutation_test", "fourfold.agreement"}
#: Results without a number in bits: bins and their shares.
WITHOUT_BITS = {"fourfold.BinnedTarget", "fourfold.TargetBins"}
#: What an override may leave to what it overrides.
SECTIONS = {"PR01", "RT01", "SA01", "EX01"}
PROPERTIES = (property, functools.cached_property)


def is_own(value):
    return getattr(value, "__module__", "").startswith("fourfold")


def members(cls):
    """(name, the class that has it, what it is) of the public methods and properties."""
    for name in dir(cls):
        member = inspect.getattr_static(cls, name)
        routine = inspect.isfunction(member) or isinstance(member, (classmethod, staticmethod))
        if name.startswith("_") or not (routine or isinstance(member, PROPERTIES)):
            continue
        owner = next(each for each in cls.__mro__ if name in vars(each))
        if is_own(owner):
            yield name, owner, member


def public():
    """Qualified name, by which it can be reached, to the object; each definition once."""
    found = {}
    for module in map(importlib.import_module, MODULES):
        for name in module.__all__:
            value = getattr(module, name)
            if not (is_own(value) and (inspect.isclass(value) or inspect.isfunction(value))):
                continue
            if value not in found.values():
                found[f"{module.__name__}.{name}"] = value
    names = {value: name for name, value in found.items() if inspect.isclass(value)}
    seen = set()
    for cls, path in sorted(names.items(), key=lambda each: len(each[0].__mro__)):
        for key, owner, member in members(cls):
            if (owner, key) not in seen:
                seen.add((owner, key))
                found[f"{names.get(owner, path)}.{key}"] = member
    return found


PUBLIC = public()
CLASSES = {name: value for name, value in PUBLIC.items() if inspect.isclass(value)}
FUNCTIONS = {
    name: value
    for name, value in PUBLIC.items()
    if inspect.isfunction(value) and name.rpartition(".")[0] in MODULES
}


def sections(value):
    return NumpyDocString(inspect.cleandoc(value.__doc__ or ""))


def signature(member):
    if isinstance(member, PROPERTIES):
        return None
    return [*inspect.signature(getattr(member, "__func__", member)).parameters]


def overrides(path):
    """Whether a class above has this member, documented, with the same parameters."""
    owner, _, name = path.rpartition(".")
    if owner not in CLASSES:
        return False
    mine, *above = [each for each in CLASSES[owner].__mro__ if name in vars(each)]
    if not any(is_own(each) and vars(each)[name].__doc__ for each in above):
        return False
    first = next(each for each in above if is_own(each))
    return signature(vars(mine)[name]) == signature(vars(first)[name])


def faults(path):
    """What numpydoc finds, as the configuration has it."""
    text = inspect.cleandoc(PUBLIC[path].__doc__ or "")
    left_out = SECTIONS if overrides(path) else ()
    for code, message in validate(path)["errors"]:
        pattern = CONFIG["overrides"].get(code)
        told_elsewhere = code in left_out or (pattern and pattern.search(text))
        if code in CONFIG["checks"] and not told_elsewhere:
            yield f"{path}: {code} {message}"


def fields_of(value):
    if dataclasses.is_dataclass(value):
        own = inspect.get_annotations(value)
        return {field.name for field in dataclasses.fields(value)} & set(own)
    return set(getattr(value, "_fields", ()))


def attributes(value):
    """Names under Attributes of a class and of the public ones above it."""
    known = [each for each in value.__mro__ if each in CLASSES.values()]
    return {
        name.strip()
        for each in known
        for parameter in sections(each)["Attributes"]
        for name in parameter.name.split(",")
    }


def in_bits(value):
    """Whether it is a result, but for bins and their shares."""
    return issubclass(value, Record) and value not in map(CLASSES.get, WITHOUT_BITS)


def returns_result(value):
    """Whether its annotation names a result in bits."""
    words = re.findall(r"\w+", str(inspect.signature(value).return_annotation))
    return any(in_bits(CLASSES.get(f"fourfold.{word}", object)) for word in words)


def see_also(value):
    return [name for names, _ in sections(value)["See Also"] for name, _role in names]


def pages_of(value):
    return re.findall(r"docs/[\w/-]+\.md", value.__doc__ or "")


def exists(name, path):
    """Whether a name is found from the place of another: as it is, beside it, or in `fourfold`."""
    owner = path.rpartition(".")[0]
    for place in ("", f"{path}.", f"{owner}.", "fourfold."):
        first, *rest = f"{place}{name}".split(".")
        try:
            found = importlib.import_module(first)
            for k, part in enumerate(rest):
                if not hasattr(found, part):
                    importlib.import_module(".".join([first, *rest[: k + 1]]))
                found = getattr(found, part)
        except (ImportError, AttributeError):
            continue
        return True
    return False


def test_there_are_names_of_every_kind():
    assert {"fourfold.pid", "fourfold.PID", "fourfold.PID.lower", "fourfold.gates.Gate"} <= set(
        PUBLIC
    )
    assert len(FUNCTIONS) > 60
    assert len(CLASSES) > 60
    assert overrides("fourfold.GaussianPID.coupling")
    assert not overrides("fourfold.PID.coupling")


# lists of what is missing: as many tests as names would cost more than they check


def test_numpydoc_finds_no_faults():
    assert [told for path in PUBLIC for told in faults(path)] == []


def test_fields_stand_under_attributes():
    missing = {name: fields_of(each) - attributes(each) for name, each in CLASSES.items()}
    assert {name: fields for name, fields in missing.items() if fields} == {}


def test_information_has_its_unit():
    results = {name for name, each in CLASSES.items() if in_bits(each)}
    functions = {name for name, each in FUNCTIONS.items() if returns_result(each)}
    assert len(results) > 25
    assert len(functions) > 25
    unit = re.compile(r"\bbits?\b")
    assert sorted(x for x in results | functions if not unit.search(PUBLIC[x].__doc__)) == []


def test_computations_have_their_source():
    functions = {name for name, each in FUNCTIONS.items() if returns_result(each)} | COMPUTE
    assert set(FUNCTIONS) >= COMPUTE
    found = {name: (sections(PUBLIC[name]), pages_of(PUBLIC[name])) for name in functions}
    assert (
        sorted(x for x, (said, pages) in found.items() if not (said["References"] or pages))
        == []
    )


def test_what_docstrings_point_to_exists():
    lost = {
        path: [name for name in see_also(value) if not exists(name, path)]
        + [page for page in pages_of(value) if not (ROOT / page).is_file()]
        for path, value in PUBLIC.items()
    }
    assert {path: names for path, names in lost.items() if names} == {}
    assert not exists("no_such_name", "fourfold.PID.save")
