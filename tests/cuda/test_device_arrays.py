# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Arrays in the memory of a CUDA device: taken as they are, and given back as arrays of CuPy."""

from __future__ import annotations

import importlib.util
import sys

import numpy as np
import pytest
from sklearn.cluster import KMeans

import fourfold as ff
from fourfold.counts.samples import read_samples
from fourfold.embeddings import cuda_steps
from fourfold.inference.decompose_samples import decompose_samples
from fourfold.inference.options import Inference
from fourfold.solve import backends
from fourfold.solve.options import SolverOptions
from tests.support.certified import assert_has_the_dual_of
from tests.support.marks import ignore_undersampled

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.usefixtures("xp"),
    ignore_undersampled,
]


def host(values):
    return np.asarray([value.get() for value in values])


def test_a_batch_comes_back_on_the_device(xp, rng):
    tables = rng.random((2, 3, 6, 5, 4))
    there = ff.decompose(xp.asarray(tables), tol=1e-5)
    here = ff.decompose(tables, tol=1e-5, method="ipfp")
    assert isinstance(there.synergy, xp.ndarray)
    assert isinstance(there.gap, xp.ndarray)
    assert there.shape == (2, 3)
    np.testing.assert_allclose(there.entropy.get(), here.entropy)
    np.testing.assert_allclose(host(there.atoms), here.atoms, rtol=0, atol=1e-9)
    assert there[1].shape == (3,)
    part = there[1, 2]
    assert type(part.synergy) is float
    assert part.solver == "cuda-shared"
    np.testing.assert_allclose(part.atoms, here[1, 2].atoms, rtol=0, atol=1e-9)
    chosen = there[there.synergy > xp.asarray(np.median(here.synergy))]
    assert chosen.shape == (3,)
    c1, _ = there.contributions()
    np.testing.assert_allclose(c1.get(), here.contributions()[0], rtol=0, atol=1e-6)
    np.testing.assert_allclose(there.fractions().synergy.get(), here.fractions().synergy)
    assert "batch of shape (2, 3)" in repr(there)
    record = there.to_dict()
    assert record["converged"] == [[True] * 3] * 2
    assert record["solver"][0][0] == "cuda-shared"


def test_one_table_gives_plain_numbers_and_a_coupling_on_the_device(xp, rng):
    table = rng.integers(0, 9, (7, 9, 3))
    there, here = ff.decompose(xp.asarray(table), tol=1e-7), ff.decompose(table, tol=1e-7)
    assert all(type(atom) is float for atom in there.atoms)
    assert type(there.converged) is bool
    assert there.entropy == pytest.approx(here.entropy)
    assert there.n_samples == table.sum()
    np.testing.assert_allclose(there.atoms, here.atoms, rtol=0, atol=2e-7)
    q = there.coupling()
    assert isinstance(q, xp.ndarray)
    p = table / table.sum()
    np.testing.assert_allclose(q.get().sum(1), p.sum(1), rtol=0, atol=1e-14)
    np.testing.assert_allclose(there.coupling(2, [0, 5]).get(), q.get()[2, [0, 5]])
    again = ff.decompose(xp.asarray(table), tol=1e-4, warm_start=there)
    assert again.iterations == 0
    on_host = ff.decompose(table, tol=1e-4, warm_start=there, device="cpu")
    assert on_host.iterations == 0


def test_arrays_of_another_library_by_dlpack(rng):
    table = rng.random((5, 4, 3))
    if "stand_in" in (getattr(sys.modules["cupy"], "__file__", "") or ""):
        given = sys.modules["cupy"].Foreign(table)
    else:
        torch = pytest.importorskip("torch")
        given = torch.asarray(table, device="cuda").requires_grad_()
    there = ff.decompose(given)
    np.testing.assert_allclose(there.atoms, ff.decompose(table).atoms, rtol=0, atol=2e-4)
    assert there.solver == "cuda-shared"
    with pytest.raises(ValueError, match="pmf: is in the memory of a CUDA device"):
        ff.decompose(given, device="cpu")


def test_lists_and_marginals(xp, rng):
    tables = [rng.random((3, 4, 2)), rng.random((5, 2, 2))]
    there = ff.decompose_many([xp.asarray(tables[0]), tables[1]], tol=1e-6)
    here = ff.decompose_many(tables, tol=1e-6)
    np.testing.assert_allclose(host(there.atoms), here.atoms, rtol=0, atol=2e-6)
    np.testing.assert_allclose(there.entropy.get(), here.entropy)
    stack = rng.random((3, 4, 5, 2))
    stack /= stack.sum((1, 2, 3), keepdims=True)
    whole = ff.decompose(stack, tol=1e-6)
    given = xp.asarray(stack.sum(2)), xp.asarray(stack.sum(1))
    parts = ff.decompose_marginals(*given, xp.asarray(whole.mi_joint), tol=1e-6)
    np.testing.assert_allclose(host(parts.atoms), whole.atoms, rtol=0, atol=2e-6)
    unknown = ff.decompose_marginals(*given, tol=1e-6)
    assert np.isnan(unknown.synergy.get()).all()
    one = ff.decompose_marginals(given[0][0], given[1][0], float(whole.mi_joint[0]), tol=1e-6)
    np.testing.assert_allclose(one.atoms, whole[0].atoms, rtol=0, atol=2e-6)


def test_counts_in_batches_and_lists(xp, rng):
    counts = rng.integers(1, 9, (4, 3, 5, 2))
    given = xp.asarray(counts.sum(2)), xp.asarray(counts.sum(1))
    parts = ff.decompose_marginals(*given)
    np.testing.assert_array_equal(parts.n_samples.get(), counts.sum((1, 2, 3)))
    many = ff.decompose_many([xp.asarray(table) for table in counts])
    np.testing.assert_array_equal(many.n_samples.get(), counts.sum((1, 2, 3)))
    above = many[many.synergy > float(np.median(many.synergy.get()))]
    assert above.shape == (2,)
    assert above[0].coupling().shape == (3, 5, 2)
    assert above[0].dual.log2_b.shape == (5, 2)


def test_the_dual_pair_is_found_on_the_host(xp, rng):
    tables = rng.integers(0, 9, (2, 3, 4, 3, 5))
    batch = ff.decompose(xp.asarray(tables), tol=1e-6)
    assert isinstance(batch.dual.log2_a, xp.ndarray)
    for k in np.ndindex(2, 3):
        assert_has_the_dual_of(batch[k], tables[k])
    states = map(xp.asarray, np.unravel_index(np.arange(60), (4, 3, 5)))
    terms = batch[1, 2].terms(*states).get()
    lower = batch[1, 2].union_information - batch[1, 2].gap
    assert np.average(terms, weights=tables[1, 2].ravel()) == pytest.approx(lower, abs=1e-10)


def test_empty_batches(xp):
    assert ff.decompose(xp.zeros((0, 2, 3, 2))).synergy.shape == (0,)
    empty = ff.decompose_marginals(xp.zeros((0, 2, 2)), xp.zeros((0, 3, 2)))
    assert empty.redundancy.shape == (0,)


def test_joint_information_from_host_and_device(xp, rng):
    tables = rng.random((3, 4, 5, 2))
    tables /= tables.sum((1, 2, 3), keepdims=True)
    whole = ff.decompose(tables)
    p1y, p2y = tables.sum(2), tables.sum(1)
    given = xp.asarray(p1y), xp.asarray(p2y)
    for joint in (whole.mi_joint, whole.mi_joint.tolist(), xp.asarray(whole.mi_joint)):
        found = ff.decompose_marginals(*given, joint)
        np.testing.assert_allclose(found.synergy.get(), whole.synergy, rtol=0, atol=2e-4)
    with pytest.raises(ValueError, match="joint_information: is in the memory of a CUDA"):
        ff.decompose_marginals(p1y, p2y, xp.asarray(whole.mi_joint))


def test_indices_on_the_device(xp, rng):
    batch = ff.decompose(xp.asarray(rng.random((2, 3, 4, 3, 3))))
    chosen = batch[0, xp.asarray([True, False, True])]
    assert chosen.shape == (2,)
    assert set(chosen.solver) == {"cuda-shared"}
    one = batch[1, 2]
    np.testing.assert_array_equal(
        one.coupling(xp.asarray([0, 3]), 1).get(), one.coupling([0, 3], 1).get()
    )


def test_words_as_targets_of_embeddings_on_the_device(xp, rng):
    x1, x2 = rng.normal(size=(2, 60, 3))
    words = np.array(["yes", "no", "perhaps"])[rng.integers(0, 3, 60)]
    options = {"n_clusters": 3, "n_init": 1, "random_state": 0}
    there = ff.PIDEstimator(**options).fit(xp.asarray(x1), xp.asarray(x2), words)
    assert there.result_.n_samples == 60
    labels = there.transform(x1[:5], xp.asarray(x2[:5]))  # taken to the device
    np.testing.assert_array_equal(labels[0].get(), there.labels1_.get()[:5])
    on_host = ff.PIDEstimator(**options).fit(x1, x2, words)
    with pytest.raises(ValueError, match="X1: is in the memory of a CUDA device, but"):
        on_host.transform(xp.asarray(x1), x2)


@pytest.mark.parametrize(("bias_correction", "n_resamples"), [("none", 0), ("auto", 25)])
def test_sets_of_samples_are_decomposed_together(xp, rng, bias_correction, n_resamples):
    inference = Inference.checked(bias_correction, n_resamples, 0.95)
    columns = [rng.integers(states, size=(3, 300)) for states in (3, 4)]

    def results(device, *modules):
        sets = [
            read_samples(*map(module.asarray, rows))
            for module, rows in zip(modules, columns, strict=True)
        ]
        options = SolverOptions.checked(1e-6, 20_000, 1, "float64", device)
        found = decompose_samples(
            sets, options, inference, [*map(np.random.default_rng, (1, 2))]
        )
        return [one.result for one in found]

    for there, here in zip(results("cuda", xp, xp), results("cpu", np, np), strict=True):
        np.testing.assert_allclose(there.atoms, here.atoms, rtol=0, atol=5e-6)
        assert there.n_samples == 300
        if n_resamples:
            low, expected = there.confidence_interval.low, here.confidence_interval.low
            np.testing.assert_allclose(low, expected, rtol=0, atol=1e-3)


def test_a_continuous_target_is_put_into_bins_there(xp, rng):
    x1, x2 = rng.integers(4, size=(2, 500))
    y = x1 + rng.normal(size=500)
    there, here = ff.bin_target(xp.asarray(y), 8), ff.bin_target(y, 8)
    assert isinstance(there.codes, xp.ndarray)
    np.testing.assert_array_equal(there.codes.get(), here.codes)
    np.testing.assert_array_equal(there.edges, here.edges)
    result = ff.pid(*map(xp.asarray, (x1, x2, y)), target_bins=8)
    expected = ff.pid(x1, x2, y, target_bins=8)
    np.testing.assert_allclose(result.atoms, expected.atoms, rtol=0, atol=1e-3)
    np.testing.assert_array_equal(result.target_bins.edges, expected.target_bins.edges)
    by_edges = ff.Counts.from_labels(x1, x2, y, target_bins=xp.asarray(here.edges))
    np.testing.assert_array_equal(by_edges.target_bins.edges, here.edges)
    with pytest.raises(ValueError, match=r"y: .*got NaN at index 3"):
        ff.bin_target(xp.asarray(np.where(np.arange(500) == 3, np.nan, y)))


@pytest.mark.parametrize("soft", [False, True])
def test_labels_are_counted_there(xp, rng, soft):
    x1, x2 = rng.integers(-3, 4, 400) * 5, rng.integers(0, 5, 400).astype(np.float32)
    y = rng.dirichlet(np.ones(3), 400) if soft else rng.integers(0, 3, 400)
    there = ff.pid(xp.asarray(x1), xp.asarray(x2)[:, None], xp.asarray(y))
    here = ff.pid(x1, x2, y)
    assert there.n_samples == 400
    assert there.mi_joint == pytest.approx(here.mi_joint, abs=1e-12)
    np.testing.assert_allclose(there.atoms, here.atoms, rtol=0, atol=2e-4)
    mixed = ff.pid(xp.asarray(x1), x2, y)
    assert mixed.atoms == there.atoms


@pytest.mark.parametrize(
    "options",
    [{}, {"preprocess": "l2", "n_components": 5}, {"clusterer": "minibatch"}],
    ids=str,
)
def test_embeddings_are_clustered_there(xp, options):
    x1, x2, y = ff.datasets.digits_halves()
    settings = {"n_clusters": (6, 5), "n_init": 2, "random_state": 3, **options}
    there = ff.PIDEstimator(**settings).fit(xp.asarray(x1), xp.asarray(x2), xp.asarray(y))
    here = ff.PIDEstimator(**settings).fit(x1, x2, y)
    # probed on the host
    assert there.result_.kept.probe == pytest.approx(here.result_.kept.probe, abs=1e-4)
    assert isinstance(there.labels1_, xp.ndarray)
    assert len(np.unique(there.labels2_.get())) == 5
    # other clusters of the same data, as good as those of the host
    for one, other in zip(
        (there.pipeline1_, there.pipeline2_), (here.pipeline1_, here.pipeline2_), strict=True
    ):
        assert one[-1].inertia_ <= 1.03 * other[-1].inertia_
    again = ff.PIDEstimator(**settings).fit(xp.asarray(x1), xp.asarray(x2), y)
    assert again.result_.atoms == there.result_.atoms
    labels = there.transform(xp.asarray(x1[:50]), xp.asarray(x2[:50]))
    np.testing.assert_array_equal(labels[0].get(), there.labels1_.get()[:50])


@pytest.mark.parametrize("held_out", [0.0, 0.4])
def test_a_number_of_clusters_is_chosen_there(xp, held_out):
    data = tuple(map(np.asarray, ff.datasets.wine()))
    settings = {"held_out": held_out, "n_init": 2, "random_state": 0, "probe": False}
    there = ff.PIDEstimator(**settings).fit(*map(xp.asarray, data))
    told = there.held_out_information_
    assert there.n_clusters_ == max(told, key=told.__getitem__)
    asked = ff.PIDEstimator(there.n_clusters_, **settings).fit(*map(xp.asarray, data))
    assert asked.result_.atoms == there.result_.atoms
    here = ff.PIDEstimator(**settings).fit(*data)
    assert told == pytest.approx(here.held_out_information_, abs=0.25)  # other clusters


def test_k_means_reaches_the_inertia_of_scikit_learn(xp):
    data = ff.datasets.digits_halves().x1
    if importlib.util.find_spec("cuml") is not None:
        pytest.skip("cuML's is used")
    there = cuda_steps.KMeans(12, n_init=5, random_state=0).fit(xp.asarray(data))
    here = KMeans(12, n_init=5, random_state=0).fit(data)
    assert there.inertia_ == pytest.approx(here.inertia_, rel=0.01)
    assert sorted(np.unique(there.labels_.get())) == list(range(12))


def test_more_clusters_than_different_rows(xp):
    data = np.repeat(np.eye(3), 4, axis=0)
    found = cuda_steps.KMeans(5, n_init=1, random_state=0).fit(xp.asarray(data))
    assert found.inertia_ == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda a: ff.decompose(a([[[0.5, -0.1]]])), "pmf: entries must be non-negative"),
        (lambda a: ff.decompose(a([[[0.5, np.nan]]])), "pmf: entries must be finite, got NaN"),
        (lambda a: ff.decompose(a(np.zeros((2, 2, 2)))), "pmf: all entries are zero"),
        (lambda a: ff.decompose(a(np.zeros((2, 2)))), "pmf: expected at least 3 axes"),
        (lambda a: ff.decompose(a(np.ones((2, 2, 2)) * 1j)), "pmf: expected real numbers"),
        (lambda a: ff.pid(a([0.5, 1]), a([0, 1]), a([0, 1])), "x1: labels must be integers"),
        (lambda a: ff.pid(a([0, 1]), a([0, 1]), a([0, 1, 1])), "same number of rows"),
        (
            lambda a: ff.pid(a([0, 1]), ["a", 1], a([0, 1])),
            "x2: labels must be of one kind, such as all integers",
        ),
        (lambda a: ff.pid(a([0, 1]), a([0, 1]), a([[0.5, 0.6], [1, 0]])), "row 0 sums to 1.1"),
        (
            lambda a: ff.decompose_marginals(a([[0.5, 0.5]]), a([[0.4, 0.6]])),
            "p1y, p2y: expected the same p\\(y\\), but class 0",
        ),
        (
            lambda a: ff.decompose_marginals(a([[0.5, 0.5]]), a([[0.5, 0.5]]), 2.0),
            "joint_information: expected at most H\\(Y\\)",
        ),
        (
            lambda a: ff.PIDEstimator(2).fit(
                a([[np.inf], [1.0]]), a([[0.0], [1.0]]), a([0, 1])
            ),
            "X1: entries must be finite",
        ),
    ],
)
def test_wrong_values_are_refused_as_on_the_host(xp, call, words):
    with pytest.raises(ValueError, match=words):
        call(lambda values: xp.asarray(np.asarray(values)))


def test_streams(xp, rng):
    """The work is in order with the current stream, without a check that waits for it before."""
    if not hasattr(xp.cuda, "Stream"):
        pytest.skip("needs CuPy itself")
    tables = rng.random((50, 8, 7, 5))
    tables /= tables.sum((1, 2, 3), keepdims=True)
    options = {"tol": 1e-4, "max_iter": 1000, "dtype": "float64", "device": "cuda"}
    right = [xp.asarray(tables.sum(axis)) for axis in (2, 1)]
    expected = backends.solve_batch(*right, options)["lower"].get()
    square = xp.asarray(rng.random((4096, 4096)))
    with xp.cuda.Stream(non_blocking=True):
        late = [xp.zeros_like(part) for part in right]
        for _ in range(20):
            square = square @ square / 4096.0  # the stream is busy for a while
        for k in (0, 1):
            late[k] += right[k]
        found = backends.solve_batch(*late, options)["lower"].get()
    np.testing.assert_array_equal(found, expected)
