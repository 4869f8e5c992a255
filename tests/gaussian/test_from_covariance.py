# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""`gaussian_pid_from_covariance`: what goes in, batches, samples, what is given, devices."""

from __future__ import annotations

import numpy as np
import pytest

import fourfold as ff
from fourfold.gaussian.conditioning import condition_on
from tests.support.gaussians import mixed, of_channels, random_covariance

SIZES = (2, 3, 4)


def from_covariance(cov, sizes=SIZES, **options):
    return ff.gaussian_pid_from_covariance(cov, sizes, **options)


def test_one_covariance_gives_plain_numbers(rng):
    result = from_covariance(random_covariance(rng, SIZES))
    assert all(type(value) is float for value in (*result.atoms, result.mi_joint, result.gap))
    assert result.converged is True
    assert (result.gap, result.iterations, result.solver) == (0.0, 0, "closed-form")
    assert (result.sizes, result.model, result.n_samples) == (SIZES, "covariance", None)
    assert sum(result.atoms) == pytest.approx(result.mi_joint, abs=1e-12)
    assert result.redundancy + result.unique1 == pytest.approx(result.mi1, abs=1e-12)
    assert result.redundancy + result.unique2 == pytest.approx(result.mi2, abs=1e-12)
    bits = result.direction_bits
    assert bits[bits > 0].sum() == pytest.approx(result.unique1, abs=1e-12)
    assert -bits[bits < 0].sum() == pytest.approx(result.unique2, abs=1e-12)
    assert result.lower == result.atoms == result.upper


def test_scalar_target_is_the_smaller_information(rng):
    # MMI, which BROJA is for a scalar Gaussian target (Barrett, Phys. Rev. E 91, 2015)
    result = from_covariance(random_covariance(rng, (3, 2, 1)), (3, 2, 1))
    assert result.redundancy == pytest.approx(min(result.mi1, result.mi2), abs=1e-12)
    assert min(result.unique1, result.unique2) == 0


def test_independent_columns_tell_nothing():
    result = from_covariance(np.eye(9))
    assert result.atoms == (0, 0, 0, 0)
    assert np.isnan(result.contributions()).all()


@pytest.mark.parametrize("scale", [1e-60, 1e60, 5e307])
def test_multiples_give_the_same(scale, rng):
    cov = random_covariance(rng, SIZES)
    there, here = from_covariance(cov * scale), from_covariance(cov)
    np.testing.assert_allclose(there.atoms, here.atoms, rtol=1e-9, atol=1e-13)


def test_what_numbers_come_in(rng):
    pd = pytest.importorskip("pandas")
    cov = random_covariance(rng, SIZES)
    exact = from_covariance(cov)
    assert from_covariance(cov.tolist()).atoms == exact.atoms
    assert from_covariance(np.asfortranarray(cov)).atoms == exact.atoms
    assert from_covariance(pd.DataFrame(cov)).atoms == exact.atoms
    assert from_covariance(cov, list(SIZES)).atoms == exact.atoms
    assert from_covariance(cov, np.array(SIZES)).atoms == exact.atoms
    single = from_covariance(cov.astype(np.float32))
    assert single.eigenvalues.dtype == np.float64
    np.testing.assert_allclose(single.atoms, exact.atoms, rtol=0, atol=1e-5)
    assert from_covariance(np.eye(9, dtype=int)).mi_joint == 0
    before = cov.copy()
    from_covariance(cov, n_samples=50)
    np.testing.assert_array_equal(cov, before)


def test_batches_of_any_shape(rng):
    cov = random_covariance(rng, SIZES, (2, 3))
    batch = from_covariance(cov, n_samples=60)
    assert batch.shape == (2, 3)
    assert len(batch) == 2
    assert batch.converged.all()
    assert (batch.n_samples == 60).all()
    for index in np.ndindex(2, 3):
        one, part = from_covariance(cov[index], n_samples=60), batch[index]
        assert type(part) is ff.GaussianPID
        assert part.solver == "closed-form"
        np.testing.assert_allclose(part.atoms, one.atoms, rtol=0, atol=1e-12)
        np.testing.assert_allclose(part.plug_in, one.plug_in, rtol=0, atol=1e-12)
        np.testing.assert_allclose(part.eigenvalues, one.eigenvalues, rtol=1e-12)


# -- samples -----------------------------------------------------------------------------------------


def drawn_covariances(rng, cov, n, draws):
    rows = rng.standard_normal((draws, n, len(cov))) @ np.linalg.cholesky(cov).T
    rows -= rows.mean(1, keepdims=True)
    return rows.swapaxes(1, 2) @ rows / (n - 1)


def test_informations_of_samples_lose_their_bias(rng):
    cov = mixed(rng, 3)
    truth = from_covariance(cov, (3, 3, 3))
    drawn = from_covariance(drawn_covariances(rng, cov, 30, 4000), (3, 3, 3), n_samples=30)
    # the exact bias, so that only the error of a mean of 4000 is left, and of I12 no clipping
    for name in ("mi1", "mi2", "mi_joint"):
        values = getattr(drawn, name)
        error = values.std() / np.sqrt(len(values))
        assert abs(values.mean() - getattr(truth, name)) < 4 * error
        assert error < 0.01
    before, after = np.mean(drawn.plug_in, axis=1), np.mean(drawn.atoms, axis=1)
    assert (abs(after - truth.atoms) < 0.65 * abs(before - truth.atoms)).all()
    np.testing.assert_allclose(np.subtract(drawn.plug_in, drawn.atoms), drawn.bias)
    assert drawn.bias_correction == "digamma"


def test_atoms_of_samples_stay_atoms(rng):
    cov = np.concatenate(
        [drawn_covariances(rng, matrix, 12, 50) for matrix in (np.eye(9), mixed(rng, 3))]
    )
    result = from_covariance(cov, (3, 3, 3), n_samples=12)
    assert min(atom.min() for atom in result.atoms) >= 0
    np.testing.assert_allclose(sum(result.atoms), result.mi_joint, rtol=0, atol=1e-12)
    assert (result.mi_joint >= np.maximum(result.mi1, result.mi2)).all()
    assert (result.mi_joint == 0).any()  # and there the union information is divided by nothing


def test_what_samples_say_of_themselves(rng):
    exact = from_covariance(mixed(rng, 3), (3, 3, 3))
    assert (exact.plug_in, exact.bias, exact.bias_correction) == (None, None, "none")
    result = from_covariance(mixed(rng, 3), (3, 3, 3), n_samples=1000)
    assert "an estimate of the population's" in repr(result)
    assert "1,000 samples" in repr(result)
    assert "U1 and U2 stay high where sources are alike" in repr(result)


# -- given t -----------------------------------------------------------------------------------------


def test_given_columns_of_t(rng):
    cov = random_covariance(rng, (2, 3, 4, 2))
    left = cov[:9, :9] - cov[:9, 9:] @ np.linalg.solve(cov[9:, 9:], cov[9:, :9])
    np.testing.assert_allclose(condition_on(cov, (2, 3, 4, 2)), left, rtol=0, atol=1e-13)
    there, here = from_covariance(cov, given=2), from_covariance(left)
    np.testing.assert_allclose(there.atoms, here.atoms, rtol=0, atol=1e-12)
    np.testing.assert_allclose(there.eigenvalues, here.eigenvalues, rtol=1e-11)
    assert from_covariance(cov[:9, :9], given=0).atoms == from_covariance(cov[:9, :9]).atoms


def test_rows_are_no_number_of_columns_and_are_not_printed(rng):
    rows = rng.standard_normal((300, 2))
    with pytest.raises(TypeError, match=r"given: .* got an array of shape \(300, 2\)$"):
        from_covariance(np.eye(11), given=rows)


def test_given_takes_its_degrees_of_freedom(rng):
    cov = random_covariance(rng, (2, 3, 4, 2))
    left = condition_on(cov, (2, 3, 4, 2))
    there = from_covariance(cov, given=2, n_samples=40)
    here = from_covariance(left, n_samples=38)
    np.testing.assert_allclose(there.atoms, here.atoms, rtol=0, atol=1e-12)


def test_chain_rule_of_what_is_given(rng):
    cov = random_covariance(rng, (2, 3, 1, 1))
    both = from_covariance(cov, (2, 3, 2))
    order = [0, 1, 2, 3, 4, 6]
    first = from_covariance(cov[np.ix_(order, order)], (2, 3, 1))
    then = from_covariance(cov, (2, 3, 1), given=1)
    assert first.mi_joint + then.mi_joint == pytest.approx(both.mi_joint, abs=1e-12)


# -- devices -----------------------------------------------------------------------------------------


def test_arrays_of_a_device_stay_there(stand_in, rng):
    cov = random_covariance(rng, SIZES, (3, 2))
    there = from_covariance(stand_in.asarray(cov), n_samples=80)
    here = from_covariance(cov, n_samples=80)
    for name in ("synergy", "gap", "converged", "n_samples", "eigenvalues", "directions"):
        value = getattr(there, name)
        assert isinstance(value, stand_in.ndarray), name
        np.testing.assert_allclose(value.get(), getattr(here, name), rtol=1e-9, atol=1e-12)
    assert isinstance(there.direction_bits, stand_in.ndarray)
    assert there[1].shape == (2,)
    part = there[1, 0]
    assert type(part.synergy) is float
    assert part.solver == "closed-form"
    np.testing.assert_allclose(part.atoms, here[1, 0].atoms, rtol=0, atol=1e-12)
    assert repr(part) == repr(here[1, 0])
    assert repr(there) == repr(here)
    assert there.to_dict()["eigenvalues"][1][0] == part.to_dict()["eigenvalues"]
    single = from_covariance(stand_in.asarray(cov[0, 0].astype(np.float32)), given=0)
    np.testing.assert_allclose(single.atoms, from_covariance(cov[0, 0]).atoms, atol=1e-5)
    assert single.bias is None


def test_given_on_a_device(stand_in, rng):
    cov = random_covariance(rng, (2, 2, 2, 1))
    there = from_covariance(stand_in.Foreign(cov), (2, 2, 2), given=1)
    here = from_covariance(cov, (2, 2, 2), given=1)
    np.testing.assert_allclose(there.atoms, here.atoms, rtol=0, atol=1e-12)


def test_faults_on_a_device_are_named(stand_in):
    cov = np.eye(6)
    cov[0, 1] = cov[1, 0] = 1
    with pytest.raises(ValueError, match="x1 is singular, of rank 1 with 2 columns"):
        from_covariance(stand_in.asarray(cov), (2, 2, 2))
    cov[0, 1] = cov[1, 0] = np.nan
    with pytest.raises(
        ValueError, match=r"cov: entries must be finite, got NaN at index \(0, 1\)"
    ):
        from_covariance(stand_in.asarray(cov), (2, 2, 2))
    with pytest.raises(ValueError, match="cov: expected real numbers"):
        from_covariance(stand_in.asarray(cov.astype(complex)), (2, 2, 2))
    cov[0, 1], cov[1, 0] = 0.2, 0.1
    with pytest.raises(ValueError, match=r"cov\[0, 1\] is 0.2 and cov\[1, 0\] is 0.1"):
        from_covariance(stand_in.asarray(cov), (2, 2, 2))


# -- wrong calls ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sizes", "kind", "match"),
    [
        (9, TypeError, "sizes: expected 3 whole numbers, the columns of x1, x2, y, got 9"),
        ("234", TypeError, "sizes: expected 3 whole numbers"),
        ((2, 7), ValueError, r"got 2 of them: \(2, 7\)"),
        ((2, 3, 4.0), TypeError, r"sizes\[2\], columns of y: expected an integer"),
        (
            (2, 0, 7),
            ValueError,
            r"sizes\[1\], columns of x2: expected an integer of at least 1",
        ),
        ((2, 3, True), TypeError, r"sizes\[2\], columns of y"),
        (
            (2, 3, 5),
            ValueError,
            r"shape \(..., 10, 10\), as sizes=\(2, 3, 5\) add up to 10, got",
        ),
    ],
)
def test_sizes_are_checked(sizes, kind, match):
    with pytest.raises(kind, match=match):
        from_covariance(np.eye(9), sizes)


def test_options_are_checked():
    with pytest.raises(ValueError, match=r"sizes=\(2, 3, 4\) and given=1 add up to 10"):
        from_covariance(np.eye(9), given=1)
    with pytest.raises(ValueError, match="given: expected an integer of at least 0, got -1"):
        from_covariance(np.eye(9), given=-1)
    with pytest.raises(TypeError, match="n_samples: expected an integer"):
        from_covariance(np.eye(9), n_samples=100.0)
    with pytest.raises(
        ValueError, match="n_samples: expected more than 10 for 9 columns, got 10"
    ):
        from_covariance(np.eye(9), n_samples=10)
    with pytest.raises(ValueError, match="n_samples: expected more than 10 for 9 columns"):
        from_covariance(np.eye(9), (2, 3, 3), given=1, n_samples=10)


@pytest.mark.parametrize(
    ("cov", "kind", "match"),
    [
        (np.eye(9)[:5], ValueError, r"expected shape \(..., 9, 9\)"),
        (np.zeros(9), ValueError, r"expected shape \(..., 9, 9\)"),
        ([], ValueError, r"got \(0,\)"),
        (np.zeros((0, 9, 9)), ValueError, r"at least one matrix, got shape \(0, 9, 9\)"),
        (None, TypeError, "cov: argument must be real numbers"),
        (np.eye(9) + 1j, ValueError, "Complex data not supported"),
        (np.full((9, 9), "a"), ValueError, "cov: expected real numbers, got 'a'"),
        ([[1, 2], [3]], ValueError, "cov: expected an array, got rows of different lengths"),
        (np.diag([1.0] * 8 + [np.inf]), ValueError, r"got inf at index \(8, 8\)"),
        (np.triu(np.ones((9, 9))), ValueError, r"cov\[0, 1\] is 1 and cov\[1, 0\] is 0"),
    ],
)
def test_matrices_are_checked(cov, kind, match):
    with pytest.raises(kind, match=match):
        from_covariance(cov)


def test_masks_are_not_dropped():
    with pytest.raises(
        ValueError,
        match=r"cov: 72 of 81 entries are masked, the first at index \(0, 1\); give one",
    ):
        from_covariance(np.ma.masked_array(np.eye(9), mask=np.eye(9) == 0))


def test_tensors_are_read(rng):
    torch = pytest.importorskip("torch")
    cov = random_covariance(rng, SIZES)
    exact = from_covariance(cov).atoms
    assert from_covariance(torch.tensor(cov, requires_grad=True)).atoms == exact
    eye = torch.eye(9, dtype=torch.bfloat16)
    assert from_covariance(eye).mi_joint == 0


def test_what_is_not_symmetric_is_placed_in_its_batch(rng):
    cov = random_covariance(rng, SIZES, (2, 3))
    cov[1, 2, 0, 8] += 1e-3
    with pytest.raises(ValueError, match=r"cov\[1, 2, 0, 8\] is .* and cov\[1, 2, 8, 0\] is"):
        from_covariance(cov)
    cov[1, 2, 0, 8] -= 1e-3 - 1e-10  # that much is rounding
    assert from_covariance(cov).shape == (2, 3)


def test_copies_are_refused_and_noisy_ones_are_not():
    # gpid's first case with no more noise: x2 is x1, which is no Gaussian of two sources
    cov = np.array([[2.0, 2, 1], [2, 2, 1], [1, 1, 1]])
    with pytest.raises(ValueError, match="x1 and x2 together are singular, of rank 1"):
        from_covariance(cov, (1, 1, 1))
    cov[1, 1] += 1e-6
    assert from_covariance(cov, (1, 1, 1)).redundancy == pytest.approx(0.5, abs=1e-6)


def test_names_of_a_frame_are_used():
    pd = pytest.importorskip("pandas")
    cov = pd.DataFrame(np.eye(3), columns=["age", "income", "score"])
    cov.loc[0, "score"] = cov.loc[2, "age"] = 1.0
    with pytest.raises(
        ValueError, match=r"y given x1 is singular.*x1 tells 1.00 score exactly"
    ):
        from_covariance(cov, (1, 1, 1))


def test_channel_of_more_columns_than_the_target(rng):
    gains1, gains2 = rng.standard_normal((20, 2)), rng.standard_normal((7, 2))
    wide = from_covariance(of_channels(gains1, gains2), (20, 7, 2))
    # two combinations of each source's columns are sufficient: roots of H'H
    narrow = of_channels(*(np.linalg.cholesky(g.T @ g).T for g in (gains1, gains2)))
    np.testing.assert_allclose(wide.atoms, from_covariance(narrow, (2, 2, 2)).atoms, atol=1e-12)
