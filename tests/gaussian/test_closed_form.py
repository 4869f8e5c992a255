# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The closed form: the papers' cases, what it must not depend on, and a descent beside it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourfold.gaussian.closed_form import closed_form
from fourfold.gaussian.factors import solved_triangle
from tests.support.gaussians import (
    doubling,
    of_channels,
    random_covariance,
    rotation,
    union_by_descent,
)

SIZES = st.tuples(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4))
SEEDS = st.integers(0, 2**32 - 1)
RHOS = np.array([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.99])


def atoms(cov, sizes):
    """R, U1, U2, S along the last axis."""
    found = closed_form(np.asarray(cov), sizes)
    union = found.mi1 + found.unique2
    parts = (found.mi1 - found.unique1, found.unique1, found.unique2, found.mi_joint - union)
    return np.stack(parts, axis=-1)


def half_log2(value):
    return np.log2(value) / 2


# -- gpid's and Thin-PID's cases: figures of the exact values, to five decimals ------------------


def test_canonical_case_of_a_noisier_copy():
    # M white, X = M + white noise, and X again with more noise
    more = 10.0 ** (np.arange(9) / 4)
    cov = np.ones((len(more), 3, 3))
    cov[:, 0, 0] = cov[:, 0, 1] = cov[:, 1, 0] = 2
    cov[:, 1, 1] = 2 + more
    found = atoms(cov, (1, 1, 1))
    redundancy = half_log2(1 + 1 / (1 + more))
    exact = np.stack([redundancy, 0.5 - redundancy, 0 * more, 0 * more], axis=-1)
    np.testing.assert_allclose(found, exact, rtol=0, atol=1e-12)
    printed = [0.29248, 0.22177, 0.15532, 0.10143, 0.06277, 0.03742, 0.02178, 0.01249, 0.00711]
    np.testing.assert_allclose(found[:, 0], printed, rtol=0, atol=5.1e-6)


def test_canonical_case_of_noise_that_is_told():
    # the second source has the first one's noise in it, and nothing of M
    cov = [of_channels([[1.0]], [[0.0]], [[rho]]) for rho in RHOS]
    found = atoms(cov, (1, 1, 1))
    synergy = half_log2(1 + 1 / (1 - RHOS**2)) - 0.5
    exact = np.stack([0 * RHOS, 0 * RHOS + 0.5, 0 * RHOS, synergy], axis=-1)
    np.testing.assert_allclose(found, exact, rtol=0, atol=1e-12)
    printed = [0, 0.00363, 0.01487, 0.03482, 0.06562, 0.1112, 0.17878, 0.28299, 0.45877, 0.82345, 2.33976]  # fmt: skip
    np.testing.assert_allclose(found[:, 3], printed, rtol=0, atol=5.1e-6)


def test_canonical_case_of_correlated_noises():
    cov = [of_channels([[1.0]], [[1.0]], [[rho]]) for rho in RHOS]
    found = atoms(cov, (1, 1, 1))
    synergy = half_log2(1 + 2 / (1 + RHOS)) - 0.5
    exact = np.stack([0 * RHOS + 0.5, 0 * RHOS, 0 * RHOS, synergy], axis=-1)
    np.testing.assert_allclose(found, exact, rtol=0, atol=1e-12)
    printed = [0.29248, 0.24738, 0.20752, 0.17198, 0.14005, 0.1112, 0.08496, 0.061, 0.039, 0.01874, 0.00181]  # fmt: skip
    np.testing.assert_allclose(found[:, 3], printed, rtol=0, atol=5.1e-6)


GAINS = np.array([0, 1 / 3, 2 / 3, 1, 4 / 3, 5 / 3, 2, 3])
SWEEP = [
    [0.5, 0, 0.79248, 0.20752],
    [0.576, 0, 0.71648, 0.24652],
    [0.76526, 0, 0.52722, 0.35227],
    [1, 0, 0.29248, 0.5],
    [1, 0.23697, 0.29248, 0.42932],
    [1, 0.45877, 0.29248, 0.37692],
    [1, 0.66096, 0.29248, 0.33904],
    [1, 1.16096, 0.29248, 0.27627],
]


def of_two_columns(gains1, gains2):
    """Exact atoms where each column of Y is seen on its own: of both columns, as MMI of each."""
    informations = half_log2(1 + np.array([gains1, gains2, np.hypot(gains1, gains2)]) ** 2)
    mi1, mi2, mi_joint = informations
    union = np.maximum(mi1, mi2)
    return np.array([mi1 + mi2 - union, union - mi2, union - mi1, mi_joint - union]).sum(-1)


def test_sweep_of_a_gain():
    # Fig. 2 of gpid
    found = atoms(
        [of_channels(np.diag([g, 1]), np.diag([1, np.sqrt(2)])) for g in GAINS], (2, 2, 2)
    )
    exact = [of_two_columns([g, 1.0], [1.0, np.sqrt(2)]) for g in GAINS]
    np.testing.assert_allclose(found, exact, rtol=0, atol=1e-12)
    np.testing.assert_allclose(found, SWEEP, rtol=0, atol=5.1e-6)


def test_sweep_of_a_gain_against_a_source_that_sees_more():
    # example (i) of Flow-PID
    gains = np.append(np.arange(0, 3, 1 / 3), 3)
    found = atoms([of_channels(np.diag([g, 1]), np.diag([1.0, 3])) for g in gains], (2, 2, 2))
    exact = [of_two_columns([g, 1.0], [1.0, 3.0]) for g in gains]
    np.testing.assert_allclose(found, exact, rtol=0, atol=1e-12)
    synergy = [0.06875, 0.10775, 0.21351, 0.36123, 0.29056, 0.23815, 0.20027, 0.17281, 0.15262, 0.1375]  # fmt: skip
    np.testing.assert_allclose(found[:, 3], synergy, rtol=0, atol=5.1e-6)
    np.testing.assert_allclose(found[[0, 3, 9], 2], [1.66096, 1.16096, 1.16096], atol=5.1e-6)


ANGLES = {
    np.sqrt(2): {
        0: [1, 0.29248, 0.29248, 0.41504],
        np.pi / 2: [1.29248, 0, 0, 0.66096],
    },
    3.0: {
        0: [1, 1.16096, 1.16096, 0.1375],
        np.pi / 2: [2.16096, 0, 0, 0.75548],
    },
}


@pytest.mark.parametrize("gain", ANGLES)
def test_sweep_of_an_angle(gain):
    # R, U and S between the end points that the papers know are of the eigenvalues of Y's noise
    for angle in np.linspace(0, np.pi / 2, 7):
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        cov = of_channels(np.diag([gain, 1]) @ turn, np.diag([1, gain]))
        found = atoms(cov, (2, 2, 2))
        # both informations are those of gains g and 1; the ratio of precisions has product 1
        precise1 = np.eye(2) + turn.T @ np.diag([gain**2, 1]) @ turn
        precise2 = np.eye(2) + np.diag([1, gain**2])
        trace = np.trace(np.linalg.solve(precise2, precise1))
        unique = half_log2(trace / 2 + np.sqrt(max(trace**2 / 4 - 1, 0)))
        information = half_log2((1 + gain**2) * 2)
        exact = [information - unique, unique, unique]
        tolerance = 1e-12 if trace > 2 + 1e-9 else 1e-7  # the root loses half of the digits
        np.testing.assert_allclose(found[:3], exact, rtol=0, atol=tolerance)
        if angle in ANGLES[gain]:
            np.testing.assert_allclose(found, ANGLES[gain][angle], rtol=0, atol=5.1e-6)


@pytest.mark.parametrize(
    ("gain", "angle", "printed"),
    [
        (np.sqrt(2), 0.1, [1.00144, 0.29104, 0.29104, 0.41603]),
        (np.sqrt(2), 0.3963, [1.0224, 0.27008, 0.27008, 0.43069]),
        (np.sqrt(2), 0.789, [1.08571, 0.20677, 0.20677, 0.47768]),
        (np.sqrt(2), 1.1133, [1.16258, 0.12991, 0.12991, 0.54038]),
        (3.0, 0.789, [1.30326, 0.8577, 0.8577, 0.21732]),
    ],
)
def test_angles_between_the_end_points(gain, angle, printed):
    # angles are printed to three or four digits
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    cov = of_channels(np.diag([gain, 1]) @ turn, np.diag([1, gain]))
    np.testing.assert_allclose(atoms(cov, (2, 2, 2)), printed, rtol=0, atol=5e-5)


@pytest.mark.parametrize("pairs", [1, 4, 16, 64, 128])
def test_doubling_of_dimensions(pairs, rng):
    size = 2 * pairs
    found = atoms(doubling(pairs, rng), (size, size, size))
    exact = pairs * of_two_columns([2.0, 1.0], [1.0, np.sqrt(2)])
    np.testing.assert_allclose(found, exact, rtol=0, atol=1e-11)


# -- the theorem, by a descent that certifies itself ----------------------------------------------


@pytest.mark.parametrize("sizes", [(1, 1, 1), (2, 2, 2), (3, 1, 2), (1, 4, 3), (3, 3, 4)])
def test_a_descent_ends_at_the_union_information(sizes, rng):
    cov = random_covariance(rng, sizes)
    bits, gap = union_by_descent(cov, sizes)
    found = closed_form(cov, sizes)
    union = found.mi1 + found.unique2
    assert gap < 1e-5
    assert bits - gap - 1e-12 <= union <= bits + 1e-12


# -- what it must not depend on --------------------------------------------------------------------


@given(SIZES, SEEDS)
def test_maps_of_each_block_change_nothing(sizes, seed):
    rng = np.random.default_rng(seed)
    cov = random_covariance(rng, sizes)
    maps = np.zeros_like(cov)
    for end, size in zip(np.cumsum(sizes), sizes, strict=True):
        block = slice(end - size, end)
        maps[block, block] = rotation(rng, size) * rng.uniform(0.5, 2, size)
    mapped = maps @ cov @ maps.T
    np.testing.assert_allclose(atoms(mapped, sizes), atoms(cov, sizes), rtol=0, atol=1e-11)
    one, other = closed_form(cov, sizes), closed_form(mapped, sizes)
    np.testing.assert_allclose(other.eigenvalues, one.eigenvalues, rtol=1e-10)


@given(SIZES, SEEDS)
def test_sources_swapped_are_atoms_swapped(sizes, seed):
    cov = random_covariance(np.random.default_rng(seed), sizes)
    first, second, target = sizes
    order = np.r_[first : first + second, :first, first + second : sum(sizes)]
    there = closed_form(cov[np.ix_(order, order)], (second, first, target))
    here = closed_form(cov, sizes)
    np.testing.assert_allclose(there.unique1, here.unique2, rtol=0, atol=1e-12)
    np.testing.assert_allclose(there.mi1, here.mi2, rtol=0, atol=1e-12)
    np.testing.assert_allclose(there.eigenvalues, 1 / here.eigenvalues[::-1], rtol=1e-11)


@given(SIZES, SEEDS)
def test_atoms_are_not_negative_and_add_up(sizes, seed):
    cov = random_covariance(np.random.default_rng(seed), sizes)
    found = closed_form(cov, sizes)
    assert atoms(cov, sizes).min() > -1e-12
    # v* by X1 and by X2
    np.testing.assert_allclose(
        found.mi1 + found.unique2, found.mi2 + found.unique1, rtol=0, atol=1e-12
    )


@given(SIZES, SEEDS)
def test_directions_have_their_eigenvalues(sizes, seed):
    cov = random_covariance(np.random.default_rng(seed), sizes)
    found = closed_form(cov, sizes)
    first, second, target = sizes
    y = cov[-target:, -target:]
    given1, given2 = (
        y - cov[-target:, known] @ np.linalg.solve(cov[known, known], cov[known, -target:])
        for known in (slice(first), slice(first, first + second))
    )

    def along(matrix):
        return np.einsum("ki,ij,kj->k", found.directions, matrix, found.directions)

    np.testing.assert_allclose(along(y), 1, rtol=1e-11)
    np.testing.assert_allclose(along(given2) / along(given1), found.eigenvalues, rtol=1e-10)
    assert (np.diff(found.eigenvalues) <= 0).all()
    across = found.directions @ given1 @ found.directions.T
    np.testing.assert_allclose(across, np.diag(np.diag(across)), rtol=0, atol=1e-10)
    largest = np.take_along_axis(found.directions * np.sqrt(np.diag(y)),
                                 abs(found.directions * np.sqrt(np.diag(y))).argmax(-1)[:, None], -1)  # fmt: skip
    assert (largest > 0).all()


def test_a_batch_is_one_after_another(rng):
    cov = random_covariance(rng, (3, 2, 4), (2, 5))
    batch = closed_form(cov, (3, 2, 4))
    assert batch.eigenvalues.shape == (2, 5, 4)
    assert batch.directions.shape == (2, 5, 4, 4)
    for index in np.ndindex(2, 5):
        for many, one in zip(batch, closed_form(cov[index], (3, 2, 4)), strict=True):
            np.testing.assert_allclose(many[index], one, rtol=0, atol=1e-13)


def test_triangles_of_many_columns_are_solved_as_those_of_few(rng):
    root = np.linalg.cholesky(random_covariance(rng, (120,), (2,)))
    right = rng.standard_normal((2, 120, 30))
    for turned, whole in ((False, root), (True, root.swapaxes(1, 2))):
        found = solved_triangle(root, right, turned=turned)
        np.testing.assert_allclose(whole @ found, right, rtol=0, atol=1e-9)


def test_scales_of_columns_change_nothing(rng):
    cov = random_covariance(rng, (2, 2, 2))
    scale = 10.0 ** np.array([-30, 30, 5, 0, -30, 30])
    scaled = cov * scale * scale[:, None]
    np.testing.assert_allclose(atoms(scaled, (2, 2, 2)), atoms(cov, (2, 2, 2)), rtol=1e-12)
    there, here = (closed_form(each, (2, 2, 2)).directions for each in (scaled, cov))
    np.testing.assert_allclose(there * scale[4:], here, rtol=1e-10)


# -- accuracy where sources are alike, or tell nearly everything -------------------------------------


def test_sources_alike_have_no_unique_information_at_all(rng):
    gains = rng.standard_normal((4, 4))
    found = closed_form(of_channels(gains, rotation(rng, 4) @ gains), (4, 4, 4))
    assert found.unique1 == 0
    assert found.unique2 == 0


def test_a_noisier_copy_has_none(rng):
    gains = rng.standard_normal((3, 5))
    found = closed_form(of_channels(gains, 0.7 * rotation(rng, 3) @ gains), (3, 3, 5))
    assert found.unique2 == 0
    assert found.unique1 == pytest.approx(found.mi1 - found.mi2, rel=1e-12)


def test_what_is_told_nearly_exactly(rng):
    # 11 bits of each column: eigenvalues from 1e-6 to 1e6, of which squares keep few digits
    gains1, gains2 = np.diag([1e3, 1e3, 1.0, 1.0]), np.diag([1.0, 1.0, 1e3, 1.0])
    turn = rotation(rng, 4)
    found = atoms(of_channels(gains1 @ turn, gains2 @ turn), (4, 4, 4))
    exact = of_two_columns(np.diag(gains1), np.diag(gains2))
    np.testing.assert_allclose(found, exact, rtol=0, atol=1e-8)


def test_what_is_not_positive_definite_raises():
    with pytest.raises(np.linalg.LinAlgError):
        closed_form(np.ones((3, 3)), (1, 1, 1))
    with pytest.raises(np.linalg.LinAlgError):
        closed_form(np.diag([1.0, 0.0, 1.0]), (1, 1, 1))
