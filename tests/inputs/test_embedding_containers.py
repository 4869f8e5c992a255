# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Whatever embeddings come in, the numbers are those of the array."""

from __future__ import annotations

import re

import numpy as np
import pytest
from scipy import sparse

import fourfold as ff
from fourfold.inputs import room
from fourfold.inputs.embedding import read_embedding
from tests.support.marks import ignore_undersampled

pytestmark = [
    ignore_undersampled,
    pytest.mark.filterwarnings("ignore::fourfold.exceptions.GaussianFitWarning"),
]

N = 60
RNG = np.random.default_rng(0)
Y = RNG.integers(0, 2, N)
# sixteenths, which half precision and brain floats have, too
X1 = np.round(4 * (RNG.normal(size=(N, 3)) + Y[:, None])) / 4
X2 = RNG.normal(size=(N, 2)) - Y[:, None]


def of_pandas(x):
    return pytest.importorskip("pandas").Series(list(x))


def of_pandas_lists(x):
    return pytest.importorskip("pandas").DataFrame({"embedding": x.tolist()})


def of_polars(x):
    return pytest.importorskip("polars").Series(x.tolist())


def of_polars_arrays(x):
    return pytest.importorskip("polars").Series(x)


def of_polars_frame(x):
    return pytest.importorskip("polars").DataFrame({"embedding": x.tolist()})


def of_arrow(x):
    return pytest.importorskip("pyarrow").array(x.tolist())


def of_arrow_large(x):
    arrow = pytest.importorskip("pyarrow")
    return arrow.array(x.tolist(), arrow.large_list(arrow.float64()))


def of_arrow_fixed(x):
    arrow = pytest.importorskip("pyarrow")
    return arrow.FixedSizeListArray.from_arrays(arrow.array(x.ravel()), x.shape[1])


def of_arrow_chunks(x):
    arrow = pytest.importorskip("pyarrow")
    return arrow.chunked_array([of_arrow(x[:7]), of_arrow(x[7:])])


def of_arrow_table(x):
    arrow = pytest.importorskip("pyarrow")
    return arrow.table({"embedding": of_arrow_fixed(x)})


def of_arrow_in_pandas(x):
    pandas = pytest.importorskip("pandas")
    return pandas.Series(pandas.arrays.ArrowExtensionArray(of_arrow(x)))


def of_tensor(x):
    return pytest.importorskip("torch").tensor(x, requires_grad=True)


def of_halves(x):
    return pytest.importorskip("torch").tensor(x).half()


def of_brain_floats(x):
    return pytest.importorskip("torch").tensor(x).bfloat16().requires_grad_()


def of_tensors(x):
    return [*of_brain_floats(x)]


def of_series_of_tensors(x):
    return pytest.importorskip("pandas").Series([*of_brain_floats(x)])


CONTAINERS = [
    of_pandas, of_pandas_lists, of_polars, of_polars_arrays, of_polars_frame, of_arrow,
    of_arrow_large, of_arrow_fixed, of_arrow_chunks, of_arrow_table, of_arrow_in_pandas, of_tensor,
    of_halves, of_brain_floats, of_tensors, of_series_of_tensors,
    np.ma.asarray, sparse.csr_array, sparse.csc_matrix, sparse.coo_array, sparse.coo_matrix,
]  # fmt: skip


@pytest.fixture(scope="module")
def fitted():
    return ff.PIDEstimator(3, n_init=1, random_state=0).fit(X1, X2, Y)


@pytest.mark.parametrize("made", CONTAINERS)
def test_an_estimator_finds_the_same_clusters(made, fitted):
    other = ff.PIDEstimator(3, n_init=1, random_state=0).fit(made(X1), X2, Y)
    np.testing.assert_array_equal(other.labels1_, fitted.labels1_)
    assert other.result_.kept.probe == pytest.approx(fitted.result_.kept.probe, abs=1e-3)
    np.testing.assert_array_equal(fitted.transform(made(X1), X2)[0], fitted.labels1_)
    assert fitted.score(made(X1), X2, Y) == fitted.score(X1, X2, Y)


@pytest.mark.parametrize("made", CONTAINERS)
def test_blocks_are_counted_alike(made, fitted):
    counted = fitted.count(made(X1), X2, Y)
    assert counted == fitted.count(X1, X2, Y)
    assert counted == fitted.count([made(X1), made(X2)], Y)


@pytest.mark.parametrize("made", CONTAINERS)
def test_gaussians_are_the_same(made):
    y = X1[:, :1] + X2[:, :1] + RNG.normal(size=(N, 1))
    one, other = (
        ff.gaussian_pid(X2, x, y, copula=False, check_dependence=False) for x in (X1, made(X1))
    )
    assert one.atoms == pytest.approx(other.atoms, abs=1e-12)


@pytest.mark.parametrize("kind", [sparse.csr_array, sparse.coo_matrix])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int32, bool])
def test_sparse_rows_keep_their_precision(kind, dtype):
    dense = (X1 > 0).astype(dtype)
    found = read_embedding(kind(dense), "X1")
    assert found.dtype == (np.float32 if dtype == np.float32 else np.float64)
    np.testing.assert_array_equal(found, dense)


def test_sparse_rows_that_do_not_fit_are_refused_before_they_are_made(monkeypatch):
    monkeypatch.setattr(room, "free_memory", lambda: 10**8)
    rows = sparse.csr_array((20_000, 5_000))
    with pytest.raises(MemoryError, match=r"^X1: .*\(20000, 5000\).*TruncatedSVD"):
        ff.PIDEstimator(3).fit(rows, X2, Y)


def test_one_token_is_a_row_and_several_are_told_apart(fitted):
    np.testing.assert_array_equal(fitted.transform(X1[:, None], X2)[0], fitted.labels1_)
    with pytest.raises(ValueError, match=re.escape("X1.reshape(len(X1), -1)")):
        fitted.transform(np.zeros((N, 2, 3)), X2)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([[1.0, 2.0], [3.0], [4.0, 5.0]], "row 1 has 1 numbers, but row 0 has 2"),
        ([[1.0, 2.0], None, [4.0, 5.0]], "row 1 is missing"),
        ([[1.0, 2.0], 3.0, [4.0, 5.0]], "row 1 is 3.0, a float"),
        ([[1.0, None], [3.0, 1.0]], r"index \(0, 1\) is missing"),
    ],
)
def test_uneven_and_missing_rows_of_a_list_column_are_named(rows, words):
    column = np.empty(len(rows), dtype=object)
    column[:] = rows
    with pytest.raises(ValueError, match=f"^X1: .*{words}"):
        read_embedding(column, "X1")


P = np.tile([0.4, 0.6], (N, 1))
OTHERS = {
    "decompose": (
        lambda table: ff.decompose(table).atoms,
        np.arange(8.0).reshape(2, 2, 2) / 28,
    ),
    "posteriors": (lambda p: ff.posterior_pid(p, p, Y).atoms, P),
    "labels": (lambda y: ff.pid(y, y, P).atoms, Y.astype(float)),
    "weights": (
        lambda w: ff.Counts.from_labels(Y, Y, Y, weights=w).cells.counts,
        np.full(N, 0.5),
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_tensors_with_a_gradient_are_taken_everywhere(name):
    torch = pytest.importorskip("torch")
    call, values = OTHERS[name]
    found = call(torch.tensor(values, requires_grad=True))
    np.testing.assert_array_equal(found, call(values))


@pytest.mark.parametrize("kind", ["to_sparse", "meta"])
def test_tensors_that_are_no_arrays_are_refused_by_name(kind):
    torch = pytest.importorskip("torch")
    values = torch.zeros(4, 2, device="meta") if kind == "meta" else torch.eye(4).to_sparse()
    with pytest.raises(TypeError, match=r"^X1: expected an array, got a torch.Tensor"):
        read_embedding(values, "X1")
