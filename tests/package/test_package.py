# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What is installed: version, stub, docstrings and their examples, import costs."""

from __future__ import annotations

import ast
import doctest
import importlib
import importlib.metadata
import importlib.resources
import importlib.util
import inspect
import pkgutil
import tomllib

import pytest

import fourfold as ff
from fourfold import _core
from tests.support.paths import ROOT
from tests.support.processes import output_of, run_python

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(ff.__path__, "fourfold.", onerror=lambda _: None)
    if module.name not in {f"fourfold.{name}" for name in ("__main__", "_core", "_cuda")}
    and (not module.name.startswith("fourfold.torch") or importlib.util.find_spec("torch"))
)


def test_version_is_stated_once():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert ff.__version__ == project["version"]
    assert importlib.metadata.version("fourfold") == project["version"]
    assert ff.show_config()["version"] == project["version"]


def test_import_leaves_optional_packages_alone():
    code = (
        "import sys, fourfold\n"
        "fourfold.decompose([[[1, 2], [3, 4]], [[5, 6], [7, 8]]])\n"
        "print(*sys.modules)"
    )
    done = run_python("-W", "error", "-c", code)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    imported = set(done.stdout.split())
    assert {"fourfold", "numpy", "scipy.special"} <= imported
    assert "scipy.stats" not in imported
    late = {
        "sklearn",
        "jinja2",
        "matplotlib",
        "cupy",
        "torch",
        "pytest",
        "_pytest",
        "hypothesis",
        "pandas",
        "polars",
        "pyarrow",
        "duckdb",
        "dask",
        "dit",
    }
    assert not imported & late


def test_the_package_imports_without_torch():
    code = (
        "import sys\n"
        "import fourfold\n"
        "assert 'torch' not in sys.modules\n"
        "sys.modules['torch'] = None\n"
        "try:\n    import fourfold.torch\n"
        "except ImportError as error:\n    print(error)\n"
    )
    assert output_of(code) == "fourfold.torch needs PyTorch: pip install 'fourfold[torch]'\n"


def test_types_are_announced():
    assert (importlib.resources.files("fourfold") / "py.typed").is_file()
    assert (importlib.resources.files("fourfold") / "_core.pyi").is_file()
    assert (importlib.resources.files("fourfold") / "_cuda.pyi").is_file()


CONFIG = {
    "version": str,
    "compiler": str,
    "simd": str,
    "simd_available": list,
    "openmp": bool,
    "num_threads": int,
    "cuda": str,
    "python": str,
    "numpy": str,
    "scipy": str,
    "scikit-learn": str,
}


def test_show_config_has_its_keys():
    config = ff.show_config()
    assert {key: type(value) for key, value in config.items()} == CONFIG
    for key in CONFIG:
        assert f"`{key}`" in ff.show_config.__doc__
    assert config["simd"] in config["simd_available"]
    assert config["num_threads"] >= 1
    for name in ("numpy", "scipy", "scikit-learn"):
        assert config[name] == importlib.metadata.version(name)


# -- docstrings ------------------------------------------------------------------------


def own(value):
    return getattr(value, "__module__", "").startswith("fourfold")


def public():
    """(qualified name, object) of every public function, class, method and property."""
    for module in map(importlib.import_module, ["fourfold", *MODULES]):
        for name in getattr(module, "__all__", ()):  # folders have none
            value = getattr(module, name)
            if not (own(value) and (inspect.isclass(value) or inspect.isfunction(value))):
                continue
            yield f"{module.__name__}.{name}", value
            if inspect.isclass(value):
                for key, member in vars(value).items():
                    if not key.startswith("_") and (
                        inspect.isfunction(member) or isinstance(member, property)
                    ):
                        yield f"{module.__name__}.{name}.{key}", member


PUBLIC = dict(public())
#: What examples need that have these words.
OPTIONAL = {
    "to_frame(": "pandas",
    "to_xarray(": "xarray",
    "plot": "matplotlib",
    "html": "jinja2",
}


def has_examples(module):
    return ">>> " in inspect.getsource(importlib.import_module(module))


def test_all_names_exist_and_are_what_dir_shows():
    assert dir(ff) == sorted(ff.__all__)
    assert set(ff.__all__) == {name for name in ff.__all__ if hasattr(ff, name)}
    assert {f"fourfold.{name}" for name in ff.__all__ if callable(getattr(ff, name))} == {
        name for name in PUBLIC if name.count(".") == 1
    }


# of thousands of names, as lists of what lacks one: as many tests would cost more than they check


def test_modules_have_docstrings():
    modules = map(importlib.import_module, ["fourfold", *MODULES])
    assert [module.__name__ for module in modules if not (module.__doc__ or "").strip()] == []


def test_public_names_have_docstrings():
    first_lines = {
        name: (value.__doc__ or "").strip().partition("\n")[0] for name, value in PUBLIC.items()
    }
    assert [name for name, line in first_lines.items() if not line] == []
    # a dataclass or named tuple without a docstring would show its fields
    shown = [
        name
        for name, line in first_lines.items()
        if line.startswith(f"{name.rpartition('.')[2]}(")
    ]
    assert shown == []


@pytest.mark.parametrize(
    "module", [name for name in ["fourfold", *MODULES] if has_examples(name)]
)
def test_examples_in_docstrings_run(module, request):
    if importlib.util.find_spec("matplotlib"):
        request.getfixturevalue("plt")  # it closes what examples draw
    runner = doctest.DocTestRunner()
    for test in doctest.DocTestFinder().find(importlib.import_module(module)):
        text = "".join(example.source for example in test.examples)
        needed = [package for word, package in OPTIONAL.items() if word in text]
        if all(map(importlib.util.find_spec, needed)):
            runner.run(test)
    assert runner.failures == 0


def test_there_are_examples_in_docstrings():
    finder = doctest.DocTestFinder()
    shown = {
        test.name
        for module in MODULES
        for test in finder.find(importlib.import_module(module))
        if test.examples
    }
    for name in (
        "inference.decompose.decompose",
        "inference.pid.pid",
        "embeddings.estimator.PIDEstimator",
    ):
        assert f"fourfold.{name}" in shown


# -- the stub of the extension module --------------------------------------------------


def parameters(definition):
    arguments = definition.args
    assert not arguments.posonlyargs
    assert arguments.vararg is None
    assert arguments.kwarg is None
    return (
        [argument.arg for argument in arguments.args],
        [argument.arg for argument in arguments.kwonlyargs],
    )


def stub():
    text = (importlib.resources.files("fourfold") / "_core.pyi").read_text(encoding="utf-8")
    body = ast.parse(text).body
    functions = {
        node.name: parameters(node) for node in body if isinstance(node, ast.FunctionDef)
    }
    attributes = {
        node.target.id: ast.unparse(node.annotation)
        for node in body
        if isinstance(node, ast.AnnAssign)
    }
    return functions, attributes


def test_stub_names_what_the_extension_module_has():
    functions, attributes = stub()
    actual = {name for name in vars(_core) if not name.startswith("_")} | {"__version__"}
    assert set(functions) | set(attributes) == actual
    for name, annotation in attributes.items():
        assert type(getattr(_core, name)).__name__ == annotation.partition("[")[0]


@pytest.mark.parametrize("name", stub()[0])
def test_stub_has_the_parameters_of_the_function(name):
    signature = getattr(_core, name).__doc__.splitlines()[0]
    (definition,) = ast.parse(f"def {signature}: ...").body
    assert definition.name == name
    assert stub()[0][name] == parameters(definition)
