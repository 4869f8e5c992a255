# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Results as dictionaries and files, and equality by value: of every kind of result."""

from __future__ import annotations

import copy
import dataclasses
import json
import math
import pickle

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import fourfold as ff
from fourfold.results.exact import exact, strict, value_of
from fourfold.results.not_saved import NotSaved
from fourfold.results.record import Record
from tests.support.every_result import MAKERS, labels, made

EVERY = sorted(MAKERS)


def through_json(record):
    return json.loads(json.dumps(strict(record), allow_nan=False))


def changed(result):
    """The same with one number that is another."""
    if isinstance(result, dict):
        return type(result)({**result, "mi1": changed(result["mi1"])})
    if isinstance(result, tuple):
        first = result[0]
        other = np.asarray(first) + 1
        return result._replace(
            **{result._fields[0]: tuple(other) if type(first) is tuple else other}
        )
    names = (
        "mi1",
        "mi_joint",
        "projected",
        "n_pairs",
        "weights",
        "confidence_level",
        "statistic",
        "information",
        "estimate",
        "value",
        "redundancy",
    )
    name = next(name for name in names if name in dir(result))
    return dataclasses.replace(result, **{name: np.asarray(getattr(result, name)) + 1})


# -- every kind of result --------------------------------------------------------------


def test_every_public_result_is_among_those_tested():
    public = [getattr(ff, name) for name in ff.__all__]
    records = {each for each in public if isinstance(each, type) and issubclass(each, Record)}
    assert {type(made(name)) for name in EVERY} == records


@pytest.mark.parametrize("name", EVERY)
def test_result_of_its_dictionary_is_equal(name):
    result = made(name)
    record = result.to_dict()
    assert record["type"] == type(result).__name__
    assert ("exact" in record) == (name == "empty batch")  # whose lists do not tell its shape
    for each in (record, through_json(record), copy.deepcopy(record)):
        again = type(result).from_dict(each)
        assert type(again) is type(result)
        assert again == result
        assert (again != result) is False
        assert repr(again) == repr(result)
    assert again.to_dict() == record


@pytest.mark.parametrize("name", EVERY)
def test_file_holds_the_result(name, tmp_path):
    result = made(name)
    result.save(tmp_path / "a.json")
    again = ff.load(tmp_path / "a.json")
    assert type(again) is type(result)
    assert again == result
    again.save(tmp_path / "b.json")  # a loaded one is as good
    assert ff.load(str(tmp_path / "b.json")) == result
    json.loads((tmp_path / "a.json").read_text("utf-8"), parse_constant=pytest.fail)


@pytest.mark.parametrize("name", EVERY)
def test_equality_is_one_bool_whatever_is_compared(name):
    result = made(name)
    others = [None, 1, "a", (), (1, 2), [1], {}, object()]
    if not isinstance(result, tuple):  # which NumPy takes apart
        others += [np.float64(1), np.zeros(3), np.zeros((2, 2)), np.array(None)]
    for other in others:
        assert (result == other) is False
        assert (other == result) is False
        assert (result != other) is True
        assert (other != result) is True
    for equal in (result, copy.deepcopy(result), pickle.loads(pickle.dumps(result))):
        assert (result == equal) is True
        assert (result != equal) is False


@pytest.mark.parametrize("name", [name for name in EVERY if name != "empty batch"])
def test_another_number_makes_another_result(name):
    result, other = made(name), changed(made(name))
    assert (result == other) is False
    assert (result != other) is True


def test_results_of_other_kinds_differ():
    results = [made(name) for name in EVERY]
    for k, one in enumerate(results):
        assert [j for j, other in enumerate(results) if one == other] == [k]


def test_named_tuples_are_equal_to_tuples_of_their_values_and_hash_alike():
    atoms = made("labels").atoms
    assert atoms == tuple(atoms)
    assert hash(atoms) == hash(tuple(atoms))
    nan = [ff.Atoms(float("nan"), 1, 2, 3) for _ in "ab"]
    assert nan[0] == nan[1]
    assert hash(nan[0]) == hash(nan[1])
    one, other = (ff.Atoms(*np.arange(12.0).reshape(4, 3)) for _ in "ab")
    assert one == other
    assert one != other._replace(synergy=np.zeros(3))
    with pytest.raises(TypeError, match="unhashable"):
        hash(made("labels"))


def test_nan_is_equal_to_nan():
    one, other = (ff.decompose_marginals(np.eye(2), np.ones((2, 2))) for _ in "ab")
    assert math.isnan(one.synergy)
    assert one == other


# -- values that JSON does not have ----------------------------------------------------

scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(), st.text(max_size=3)
)
arrays = st.builds(
    lambda shape, kind, seed: np.random.default_rng(seed).integers(-9, 9, shape).astype(kind),
    st.lists(st.integers(0, 3), max_size=3).map(tuple),
    st.sampled_from(["f8", "f4", "i8", "u1", "?", "U3", "O"]),
    st.integers(0, 99),
)
values = st.recursive(
    scalars | arrays,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.text(max_size=2) | st.integers(), inner, max_size=3),
    ),
    max_leaves=8,
)


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(values)
def test_whatever_a_field_holds_comes_back(value):
    found = value_of(json.loads(json.dumps(exact(value), allow_nan=False)), none=True)
    assert type(found) is type(value) or isinstance(value, np.ndarray)


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.floats(), min_size=6, max_size=6), st.floats() | st.none())
def test_numbers_come_back_to_the_bit(numbers, kink):
    result = dataclasses.replace(
        made("labels"), bias=ff.Atoms(*numbers[:4]), mi1=numbers[4], gap=numbers[5], kink=kink
    )
    again = ff.PID.from_dict(through_json(result.to_dict()))
    for one, other in zip((*again.bias, again.mi1, again.gap), numbers, strict=True):
        assert np.float64(one).tobytes() == np.float64(other).tobytes() or math.isnan(other)
    assert again == result
    assert (again.kink is None) == (kink is None)


@pytest.mark.parametrize(
    "number", [np.float32(0.1), np.int64(2**62), np.float64(math.inf), np.bool_(True), -0.0]
)
def test_numpy_scalars_are_numbers(number, tmp_path):
    result = dataclasses.replace(made("labels"), mi1=number, kink=number)
    result.save(tmp_path / "r.json")
    again = ff.load(tmp_path / "r.json")
    assert again == result
    assert again.mi1 == number
    assert math.copysign(1, again.mi1) == math.copysign(1, number)


@pytest.mark.parametrize("names", [("1", "2"), ("é\ud800", "\x00")])
def test_names_of_layers_stay_text(names, tmp_path):
    profile = dataclasses.replace(made("layers of clusters"), layers=names)
    profile.save(tmp_path / "p.json")
    again = ff.load(tmp_path / "p.json")
    assert again.layers == names
    assert list(map(type, again.layers)) == list(map(type, names))


# -- what is left out ------------------------------------------------------------------


def test_what_is_left_out_is_said_and_refused_by_name():
    x1, x2, y = labels()
    result = made("labels")
    record = result.to_dict()
    assert record["left_out"] == {
        "certified_dual": {}, "factored": {"p1y": [3, 2], "p2y": [3, 2]}
    }  # fmt: skip
    again = ff.PID.from_dict(record)
    asked = {
        "coupling": again.coupling,
        "dual": lambda: again.dual,
        "scatter": lambda: ff.compare(again, result),
        r"p\(x1,y\)": lambda: ff.unique_density(again),
        "the coupling, with": lambda: ff.pointwise(again, x1, x2, y),
        "the coupling": lambda: again.plot(kind="roc"),
    }
    for words, ask in asked.items():
        with pytest.raises(ValueError, match=f"{words}.* was not saved"):
            ask()
    with pytest.raises(ValueError, match="dual pair was not saved"):
        again.terms([0], [0], [0])


def test_rows_are_left_out_but_their_number_is_known():
    again = ff.PosteriorPID.from_dict(made("decoded").to_dict())
    assert again.row_terms.shape == (400, 4)
    assert len(again.row_weights) == 400
    assert again.row_groups is None
    for ask in (np.asarray, list, lambda rows: rows[0], lambda rows: rows.mean()):
        with pytest.raises(ValueError, match="row_terms was not saved"):
            ask(again.row_terms)
    with pytest.raises(ValueError, match="row_terms was not saved"):
        ff.compare(again, made("decoded"))
    assert not hasattr(again.row_terms, "mean")
    assert isinstance(pickle.loads(pickle.dumps(again.row_terms)), NotSaved)


def test_part_of_a_loaded_batch_is_the_part():
    batch = ff.PID.from_dict(through_json(made("batch").to_dict()))
    for k in np.ndindex(batch.shape):
        assert batch[k] == made("batch")[k]
    with pytest.raises(ValueError, match=r"coupling.* was not saved"):
        batch[0, 0].coupling()
    assert [part.shape for part in batch] == [(3,), (3,)]


def test_loaded_results_make_the_same_page():
    pytest.importorskip("jinja2")
    pytest.importorskip("matplotlib")
    for name in ("labels", "decoded", "noise"):
        again = type(made(name)).from_dict(through_json(made(name).to_dict()))
        assert len(again.to_html()) == len(made(name).to_html())


# -- refusals --------------------------------------------------------------------------


def test_record_of_another_kind_is_refused():
    record = made("comparison").to_dict()
    with pytest.raises(
        ValueError, match=r"is of a Comparison, not of a PID; use fourfold\.Comp"
    ):
        ff.PID.from_dict(record)
    assert type(ff.PID.from_dict(made("covariance").to_dict())) is ff.GaussianPID
    with pytest.raises(TypeError, match="expected a dictionary of to_dict, got list"):
        ff.PID.from_dict([1])
    for name in ("pid", "os", "Counts", "Record", "__class__", 3, None, ["PID"]):
        with pytest.raises(ValueError, match="expected the type of a result"):
            ff.PID.from_dict({**record, "type": name})


def test_damaged_record_is_refused_by_field():
    record = made("labels").to_dict()
    for name in ("gap", "unique1"):
        rest = {key: value for key, value in record.items() if key != name}
        with pytest.raises(ValueError, match=f"no '{name}', which a PID needs"):
            ff.PID.from_dict(rest)
    wrong = {"bias": {"redundancy": 1}, "bias_correction": {"a": 1}, "gap": [[1], [1, 2]],
             "kept": 3 * [{}], "mi1": {"$array": [1], "dtype": "V3", "shape": [1]}, "mi2": {"$x": 1}}  # fmt: skip
    for name, value in wrong.items():
        with pytest.raises(ValueError, match=f"record: {name} of a PID cannot be read"):
            ff.PID.from_dict({**record, name: value})


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is not a file that the save of a result wrote"),
        (b"\xff\xfe", "is not a file that the save"),
        (b"{", "is not a file that the save"),
        (b"[" * 100000, "is not a file that the save"),
        (b"[1]", "is other JSON"),
        (b"{}", "is other JSON"),
        (b'{"fourfold": "1", "command": "pid"}', "is what a command of fourfold wrote"),
        (b"PK\x03\x04...", "Counts.load"),
        (
            b'{"fourfold": "9.1", "format": 2, "type": "PID"}',
            "in format 2 by Fourfold 9.1.*update",
        ),
        (b'{"format": 1, "type": "Popen"}', "is damaged.*expected the type of a result"),
        (b'{"format": 1, "type": "PID"}', "is damaged.*no 'redundancy'"),
    ],
)
def test_other_files_are_refused_in_one_line(content, words, tmp_path):
    path = tmp_path / "other.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=words) as refused:
        ff.load(path)
    assert "\n" not in str(refused.value)
    assert str(path) in str(refused.value)


@pytest.mark.parametrize(
    "name", ["table", "halves", "tests", "layers of clusters", "comparison"]
)
@pytest.mark.parametrize(
    "value", ["word", [], -1, True, 10**400, {"$none": 0}, {"$list": [1]}, {"$array": [1]}, {}]
)
def test_whatever_a_field_is_made_to_hold_is_refused_or_can_be_shown(name, value, tmp_path):
    record = json.loads(json.dumps(made(name).to_dict())) | {"fourfold": "x", "format": 1}
    path = tmp_path / "edited.json"
    fields = [field for field in record if field not in ("type", "format", "fourfold", "unit")]
    for field in fields:
        path.write_text(json.dumps(record | {field: value}))
        found = loaded_or_refused(path)
        if isinstance(found, str):
            assert str(path) in found
            assert "\n" not in found
        else:
            assert isinstance(repr(found), str)
            found.to_dict()


def loaded_or_refused(path):
    """The result, or what is said of it."""
    try:
        return ff.load(path)
    except ValueError as error:
        return str(error)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("plug_in", "x"),
        ("kept", -1),
        ("target_bins", 1e308),
        ("confidence_interval", {"$list": [1]}),
        ("n_samples", 10**400),
        ("left_out", [1]),
        ("left_out", {"factored": {"p1y": -1}}),
        ("exact", [1]),
        ("solver", {"$array": ["cpu"], "dtype": "<U500000000", "shape": [1]}),
    ],
)
def test_field_of_another_kind_is_refused_by_name(field, value):
    with pytest.raises(ValueError, match=r"^record: ") as refused:
        ff.PID.from_dict(made("labels").to_dict() | {field: value})
    assert ("factored" if isinstance(value, dict) and field == "left_out" else field) in str(
        refused.value
    )


def test_files_that_are_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        ff.load(tmp_path / "none.json")
    with pytest.raises(OSError, match="none"):
        made("labels").save(tmp_path / "none" / "r.json")


def test_file_survives_a_failed_save(tmp_path, monkeypatch):
    path = tmp_path / "r.json"
    made("labels").save(path)
    monkeypatch.setattr(json, "dumps", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        made("batch").save(path)
    monkeypatch.undo()
    assert ff.load(path) == made("labels")
