# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Every function, every argument, every fault, every container: an error that names the argument.

Or, of scales that some steps can take, the right number.
"""

from __future__ import annotations

import functools
import itertools
import re
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fourfold as ff
from tests.support.faults import AVAILABLE, ROWS, N, clean_value, faults_of, row_labelled

if TYPE_CHECKING:
    from collections.abc import Callable

#: What an error may be.
REFUSALS = (ValueError, TypeError)


@dataclass(frozen=True, eq=False)
class Entry:
    """A function, the kinds of its arguments, and what messages call these if not by name."""

    name: str
    call: Callable[..., Any]
    kinds: dict[str, str]
    called: dict[str, str] = field(default_factory=dict)
    containers: tuple[str, ...] = AVAILABLE
    not_a_fault: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()  #: arguments, where others are tried elsewhere

    def spoken(self, argument):
        return self.called.get(argument, argument)


LABELS = {"x1": "labels", "x2": "labels", "y": "classes"}
EMBEDDINGS = {"X1": "embedding", "X2": "embedding", "y": "classes"}
GAUSSIAN = {"x1": "embedding", "x2": "embedding", "y": "numbers"}
DECISIONS = {
    "p_joint": "joint",
    "p_given_1": "probabilities",
    "p_given_2": "probabilities",
}


@functools.cache
def plug_in():
    rows = {argument: clean_value(kind, argument) for argument, kind in LABELS.items()}
    return ff.pid(**rows, bias_correction="none")


@functools.cache
def clustered():
    rows = {argument: clean_value(kind, argument) for argument, kind in EMBEDDINGS.items()}
    return ff.PIDEstimator(2, random_state=0, probe=False).fit(**rows)


def updated(x1, x2, y):
    counts = ff.Counts()
    counts.update(x1, x2, y)
    return counts


def decided(p_joint, p_given_1, p_given_2):
    return ff.decision_pid(p_joint, p_given_1, p_given_2, on_inconsistent="project")


def ablated(x1, x2, y):
    def predict(a, b):
        return np.tile([0.5, 0.5], (len(a), 1)) + 0 * np.asarray(b)[:, :1]

    cases = {"m": ff.AblationCase(predict, x1, x2, y)}
    return ff.ablation_report(cases, estimator="kmeans", n_clusters=2, n_repeats=1, n_seeds=1)


KMEANS = {"estimator": "kmeans", "n_clusters": 2, "n_seeds": 1, "random_state": 0}

ENTRIES = [
    Entry("pid", ff.pid, LABELS),
    Entry("pid of probabilities", ff.pid,
          {"x1": "labels", "x2": "labels", "y": "probabilities"}, tried=("y",),
          not_a_fault=("text",)),
    Entry("pid, proba", ff.pid, {"x1": "labels", "x2": "labels", "proba": "probabilities"},
          tried=("proba",)),
    Entry("pid, logits", ff.pid, {"x1": "labels", "x2": "labels", "logits": "numbers"},
          tried=("logits",),
          # of a probability of 0 or 1
          not_a_fault=("infinite",)),
    Entry("pid, weights", ff.pid, LABELS | {"sample_weight": "weights"},
          tried=("sample_weight",)),
    Entry("permutation_test", functools.partial(ff.permutation_test, n_permutations=19), LABELS),
    Entry("Counts.from_labels", ff.Counts.from_labels, LABELS),
    Entry("Counts.from_labels, weights", ff.Counts.from_labels, LABELS | {"weights": "weights"}, tried=("weights",)),
    Entry("Counts.update", updated, LABELS),
    Entry("conditional_pid", ff.conditional_pid, LABELS | {"given": "labels"}),
    Entry("pointwise", lambda **rows: ff.pointwise(plug_in(), **rows), LABELS),
    Entry("PIDEstimator.fit",
          ff.PIDEstimator(2, random_state=0, probe=False).fit, EMBEDDINGS),
    Entry("PIDEstimator.fit, weights",
          ff.PIDEstimator(2, random_state=0, probe=False).fit,
          EMBEDDINGS | {"sample_weight": "weights"}, tried=("sample_weight",)),
    Entry("PIDEstimator.transform", lambda X1, X2: clustered().transform(X1, X2),
          {"X1": "embedding", "X2": "embedding"}, not_a_fault=("a row too few", "squares underflow")),
    Entry("PIDEstimator.partial_fit",
          lambda X1, X2: ff.PIDEstimator(2, random_state=0).partial_fit(X1, X2),
          {"X1": "embedding", "X2": "embedding"}, not_a_fault=("squares underflow",)),
    Entry("PIDEstimator.count", lambda X1, X2, y: clustered().count(X1, X2, y), EMBEDDINGS,
          not_a_fault=("squares underflow",)),
    Entry("ClassifierPID.fit", ff.ClassifierPID("fast", cv=2, random_state=0).fit, EMBEDDINGS),
    Entry("ClassifierPID.fit, weights", ff.ClassifierPID("fast", cv=2, random_state=0).fit,
          EMBEDDINGS | {"sample_weight": "weights"}, tried=("sample_weight",)),
    Entry("posterior_pid", ff.posterior_pid,
          {"p1": "probabilities", "p2": "probabilities", "y": "labels", "p_joint": "joint"}),
    Entry("decision_pid", decided, DECISIONS),
    Entry("gaussian_pid", functools.partial(ff.gaussian_pid, check_dependence=False), GAUSSIAN),
    Entry("gaussian_pid, as they are",
          functools.partial(ff.gaussian_pid, copula=False, check_dependence=False), GAUSSIAN),
    Entry("gaussian_pid, given",
          functools.partial(ff.gaussian_pid, check_dependence=False),
          GAUSSIAN | {"given": "numbers"}, tried=("given",)),
    Entry("gaussian_union",
          lambda a, b, y: ff.gaussian_union({"a": a, "b": b}, y, check_dependence=False),
          {"a": "embedding", "b": "embedding", "y": "numbers"},
          {"a": r"a|sources", "b": r"b|sources"}),
    Entry("bin_target", functools.partial(ff.bin_target, n_bins=4), {"y": "numbers"},
          not_a_fault=("a row too few",)),
    Entry("pid, target_bins", functools.partial(ff.pid, target_bins=4),
          {"x1": "labels", "x2": "labels", "y": "numbers"}),
    Entry("cluster_sweep",
          functools.partial(ff.cluster_sweep, n_clusters=[2], n_seeds=1, random_state=0),
          EMBEDDINGS),
    Entry("noise_sweep", functools.partial(ff.noise_sweep, levels=[1.0], **KMEANS), EMBEDDINGS),
    Entry("layer_profile",
          lambda X1, X2, y: ff.layer_profile({"l": X1}, {"l": X2}, y, **KMEANS), EMBEDDINGS,
          {"X1": "sources1|X1", "X2": "sources2|X2", "y": "target|y"}),
    Entry("dataset_profile",
          lambda X1, X2, y: ff.dataset_profile({"d": (X1, X2, y)}, **KMEANS), EMBEDDINGS,
          {"X1": "datasets.*x1|X1|x1", "X2": "datasets.*x2|X2|x2", "y": "datasets|y"}),
    Entry("profile_grid",
          lambda X1, X2, y: ff.profile_grid({"l": X1}, {"l": X2}, {"t": y},
                                            estimator=ff.PIDEstimator(2, probe=False)),
          EMBEDDINGS, {"X1": "sources1|X1", "X2": "sources2|X2", "y": "targets|y"}),
    Entry("ablation_report", ablated,
          {"x1": "embedding", "x2": "embedding", "y": "classes"}, containers=("numpy",)),
    Entry("decompose", ff.decompose, {"pmf": "table"}),
    Entry("decompose_many", lambda pmf: ff.decompose_many([pmf, pmf]),
          {"pmf": "table"}, {"pmf": r"pmfs\[0\]"}),
    Entry("decompose_marginals", ff.decompose_marginals,
          {"p1y": "marginal", "p2y": "marginal"}),
    Entry("gaussian_pid_from_covariance",
          functools.partial(ff.gaussian_pid_from_covariance, sizes=(1, 1, 1)),
          {"cov": "covariance"}),
    Entry("gaussian_union_from_covariance",
          functools.partial(ff.gaussian_union_from_covariance, sizes=(1, 1, 1)),
          {"cov": "covariance"}),
]  # fmt: skip

PLACES = [(entry, argument) for entry in ENTRIES for argument in entry.tried or entry.kinds]


def values_of(entry):
    return {argument: clean_value(kind, argument) for argument, kind in entry.kinds.items()}


def run(entry, values):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the data are noise
        return entry.call(**values)


@functools.cache
def clean(entry):
    return numbers_of(run(entry, values_of(entry)))


def numbers_of(result):
    """The numbers that a call is made for."""
    if isinstance(result, ff.Counts):
        return result.table()
    if isinstance(result, ff.PIDEstimator) and not hasattr(result, "result_"):
        return np.zeros(0)  # of partial_fit
    for name in (
        "result_",
        "result",
        "union_information",
        "statistic",
        "codes",
        "results",
        "atoms",
    ):
        result = getattr(result, name, result)
        while isinstance(result, list) or type(result) is tuple:
            result = result[0]
    return np.asarray(result, dtype=float)


def spoiled(entry, argument, fault, container):
    return fault.spoil(values_of(entry)[argument], container)


def check_message(error, *spoken):
    message = str(error)
    assert re.search(rf"(?<!\w)({'|'.join(spoken)})(?!\w)", message), message
    assert "\n" not in message
    return message


def check_refused(entry, argument, fault, container):
    """An error in one line that names the argument, or the numbers of what is clean."""
    value = spoiled(entry, argument, fault, container)
    try:
        result = run(entry, values_of(entry) | {argument: value})
    except REFUSALS as error:
        message = check_message(error, entry.spoken(argument))
        assert re.search(fault.words, message), message
    else:
        told = f"{entry.name} took {argument} {fault.name} in {container}: {result!r}"
        assert fault.may_pass, told
        np.testing.assert_allclose(numbers_of(result), clean(entry), atol=1e-6, err_msg=told)


def faults_at(entry, argument):
    return [
        (fault, container)
        for fault, container in faults_of(entry.kinds[argument], AVAILABLE)
        if container in entry.containers and fault.name not in entry.not_a_fault
    ]


@pytest.mark.parametrize(
    ("entry", "argument"), PLACES, ids=[f"{entry.name}: {a}" for entry, a in PLACES]
)
def test_a_fault_is_an_error_that_names_its_argument(entry, argument):
    for fault, container in faults_at(entry, argument):
        check_refused(entry, argument, fault, container)


@settings(max_examples=200)
@given(data=st.data())
def test_of_two_faults_one_is_named(data):
    entry = data.draw(st.sampled_from([e for e in ENTRIES if len(e.kinds) > 1]))
    places = data.draw(
        st.lists(st.sampled_from(sorted(entry.kinds)), min_size=2, max_size=2, unique=True)
    )
    drawn = {place: data.draw(st.sampled_from(faults_at(entry, place))) for place in places}
    if any(fault.may_pass for fault, _ in drawn.values()) or {"a row too few"} == {
        fault.name for fault, _ in drawn.values()
    }:
        return
    values = {place: spoiled(entry, place, *fault) for place, fault in drawn.items()}
    with pytest.raises(REFUSALS) as caught:
        run(entry, values_of(entry) | values)
    check_message(caught.value, *map(entry.spoken, places))


@pytest.mark.parametrize(
    "entry",
    [
        e
        for e in ENTRIES
        if len(e.kinds) > 1 and "pandas" in e.containers and set(e.kinds.values()) <= ROWS
    ],
    ids=lambda entry: entry.name,
)
def test_rows_in_another_order_are_an_error_that_names_both(entry):
    pytest.importorskip("pandas")
    reversed_rows = np.arange(N)[::-1]
    arguments = list(entry.kinds)
    clean_rows = values_of(entry)
    aligned = {a: row_labelled(value, np.arange(N)) for a, value in clean_rows.items()}
    for one, other in itertools.pairwise(arguments):
        values = values_of(entry)
        values |= {one: aligned[one], other: row_labelled(clean_rows[other], reversed_rows)}
        with pytest.raises(ValueError, match="order") as caught:
            run(entry, values)
        message = check_message(caught.value, entry.spoken(one))
        check_message(caught.value, entry.spoken(other))
        assert ".loc[" in message
    # the same order passes, and so do labels that others do not have
    np.testing.assert_allclose(numbers_of(run(entry, aligned)), clean(entry), atol=1e-12)


@pytest.mark.parametrize(
    "entry", [e for e in ENTRIES if "numpy" in e.containers], ids=lambda entry: entry.name
)
def test_a_masked_array_without_a_mask_is_an_array(entry):
    values = {a: np.ma.masked_array(value, mask=False) for a, value in values_of(entry).items()}
    np.testing.assert_allclose(numbers_of(run(entry, values)), clean(entry), atol=1e-12)


@pytest.mark.parametrize("scale", [1e-300, 1e-10, 1e10, 1e300])
@pytest.mark.parametrize(
    "entry",
    [e for e in ENTRIES if e.name in ("decompose", "decompose_many")],
    ids=lambda entry: entry.name,
)
def test_tables_of_any_scale_have_the_same_atoms(entry, scale):
    found = numbers_of(run(entry, {"pmf": values_of(entry)["pmf"] * scale}))
    np.testing.assert_allclose(found, clean(entry), atol=1e-9)
