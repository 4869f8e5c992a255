# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""`pid_loss`: its values by other means, its gradients by differences, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import log_softmax

torch = pytest.importorskip("torch")

import fourfold as ff
from fourfold.torch import BatchAtoms, pid_loss

DOUBLE = torch.float64


def logits_of(y, classes, *gains, seed=0, dtype=DOUBLE):
    """Noisy logits (n, K) of three heads that know the labels so well."""
    generator = torch.Generator().manual_seed(seed)
    shape = len(y), classes
    known = torch.eye(classes, dtype=DOUBLE)[y]
    noise = (torch.randn(shape, generator=generator, dtype=DOUBLE) for _ in gains)
    return [
        (z + gain * known).to(dtype).requires_grad_()
        for z, gain in zip(noise, gains, strict=True)
    ]


def atoms_of(logits, y, **options):
    return pid_loss(*(torch.softmax(z, 1) for z in logits), y, **options)


def labels(n, classes, seed=1):
    return torch.randint(classes, (n,), generator=torch.Generator().manual_seed(seed))


# -- values ----------------------------------------------------------------------------


def cross_entropy_information(logits, y, classes):
    """H(Y) less the least cross-entropy of softmax(t z + c), by another minimiser, in bits."""
    z, n = logits.detach().numpy(), len(y)
    shares = np.eye(classes)[y]
    shares = (n * shares + shares.mean(0)) / (n + 1)

    def loss(w):
        return -(shares * log_softmax(w[0] * z + np.append(0, w[1:]), axis=1)).sum(1).mean()

    least = minimize(loss, np.zeros(classes), method="BFGS", options={"gtol": 1e-8}).fun
    entropy = -(shares.mean(0) * np.log(shares.mean(0))).sum()
    return (entropy - least) / np.log(2)


@pytest.mark.parametrize("classes", [2, 4])
def test_informations_are_those_of_calibrated_cross_entropies(classes):
    y = labels(60, classes)
    logits = logits_of(y, classes, 1.0, 1.5, 2.5)
    found = atoms_of(logits, y, tol=1e-9)
    r, u1, u2, s = (value.item() for value in found)
    mi1, mi2, mi12 = (cross_entropy_information(z, y, classes) for z in logits)
    np.testing.assert_allclose([r + u1, r + u2, r + u1 + u2 + s], [mi1, mi2, mi12], atol=1e-6)
    assert min(u1, u2) >= 0
    assert isinstance(found, BatchAtoms)
    assert found.synergy.shape == ()


def test_the_union_is_that_of_the_calibrated_posteriors():
    """Of rows that hold each posterior in equal numbers, calibration is known by heart."""
    p1 = torch.tensor([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8]], dtype=DOUBLE)
    p2 = torch.tensor([[0.4, 0.4, 0.2], [0.4, 0.2, 0.4], [0.2, 0.4, 0.4]], dtype=DOUBLE)
    rows = [(p1[i], p2[j]) for i in range(3) for j in range(3)]
    one, two = (torch.stack(part) for part in zip(*rows, strict=True))
    y = one.argmax(1)
    found = pid_loss(one, two, one, y, tol=1e-10)
    # y is independent of the second source, and the first knows it but for the doubt of 1/10
    sure = (p1 == 0.8).double() * 0.9 + 0.1 / 3
    known = ff.decompose_marginals(sure.numpy() / 3, np.full((3, 3), 1 / 9), tol=1e-10)
    np.testing.assert_allclose(found.unique1.item(), known.unique1, atol=1e-9)
    np.testing.assert_allclose([found.redundancy.item(), found.unique2.item()], 0, atol=1e-9)


def test_a_head_gains_nothing_by_being_surer():
    y = labels(80, 3)
    logits = logits_of(y, 3, 1.0, 1.5, 2.0)
    plain = atoms_of(logits, y, tol=1e-8)
    shift = torch.tensor([0.3, -1.0, 2.0], dtype=DOUBLE)
    surer = atoms_of([3 * logits[0], logits[1] / 2 + shift, 5 * logits[2] - shift], y, tol=1e-8)
    for one, other in zip(plain, surer, strict=True):
        assert one.item() == pytest.approx(other.item(), abs=1e-7)


def test_xor_is_synergy_and_a_copy_is_redundancy():
    x1, x2 = torch.tensor([0, 0, 1, 1] * 50), torch.tensor([0, 1, 0, 1] * 50)
    blind = torch.full((200, 2), 0.5)
    sure = torch.eye(2)[x1 ^ x2] * 0.98 + 0.01
    xor = pid_loss(blind, blind, sure, x1 ^ x2)
    assert xor.synergy.item() == pytest.approx(1, abs=0.05)
    assert xor[:3] == (0, 0, 0)
    copy = pid_loss(sure, sure, sure, x1 ^ x2)
    assert copy.redundancy.item() == pytest.approx(1, abs=0.05)
    np.testing.assert_allclose([v.item() for v in copy[1:]], 0, atol=1e-6)


@pytest.mark.parametrize("ones", [1, 2, 8])
def test_a_rare_class_that_is_told_without_error_is_told(ones):
    """All but the doubt of the labels, 1/45."""
    y = torch.tensor([1] * ones + [0] * (44 - ones))
    sure, blind = torch.eye(2)[y], torch.full((44, 2), 0.5)
    mass = np.array([44 - ones, ones]) / 44
    labels = (44 * np.eye(2)[y] + mass) / 45
    known = (labels * np.log2(labels / mass)).sum(1).mean()
    found = pid_loss(sure, blind, sure, y)
    np.testing.assert_allclose(found, [0, known, 0, 0], atol=1e-6)


def test_labels_may_be_probabilities_and_classes_may_be_absent():
    y = labels(40, 3)
    logits = logits_of(y, 3, 1.0, 1.0, 2.0)
    found = atoms_of(logits, y)
    as_rows = atoms_of(logits, torch.eye(3)[y])
    assert [v.item() for v in found] == [v.item() for v in as_rows]
    wider = [torch.cat([z, torch.zeros(40, 1, dtype=DOUBLE)], 1) for z in logits]
    absent = atoms_of(wider, y)
    np.testing.assert_allclose([v.item() for v in absent], [v.item() for v in found], atol=1e-9)


# -- gradients -------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "classes"), [(12, 2), (10, 3)])
def test_gradients_are_those_of_differences(n, classes):
    y = labels(n, classes)
    logits = logits_of(y, classes, 0.8, 0.9, 1.5, seed=2)

    def found(*logits):
        return tuple(atoms_of(logits, y, tol=1e-11))

    assert torch.autograd.gradcheck(found, logits, eps=1e-5, atol=2e-5, rtol=1e-3)


def test_gradients_at_the_default_tolerance_are_nearly_those_of_the_limit():
    y = labels(96, 5)
    logits = logits_of(y, 5, 1.2, 1.2, 2.0)
    coarse, fine = (
        torch.cat(torch.autograd.grad(atoms_of(logits, y, **options).synergy, logits)).flatten()
        for options in ({}, {"tol": 1e-6})
    )
    assert torch.nn.functional.cosine_similarity(coarse, fine, dim=0) > 0.98


def test_at_the_kink_of_equal_sources_there_is_one_subgradient():
    """Between the slopes to either side, in whatever direction."""
    y = labels(30, 3)
    logits = logits_of(y, 3, 1.0, 2.0)
    logits.insert(1, logits[0].detach().clone().requires_grad_())

    def union(*logits):
        r, u1, u2, _ = atoms_of(logits, y, tol=1e-10)
        return r + u1 + u2

    here = union(*logits)
    slopes = torch.autograd.grad(here, logits[:2])
    step = 1e-5
    kinks = 0
    for seed in range(6):
        way = [
            torch.randn(30, 3, generator=torch.Generator().manual_seed(seed + k), dtype=DOUBLE)
            for k in (10, 20)
        ]
        along = sum((slope * w).sum() for slope, w in zip(slopes, way, strict=True)).item()
        up, down = (
            (union(*(z + s * w for z, w in zip(logits, way, strict=False)), logits[2]) - here)
            / s
            for s in (step, -step)
        )
        assert down.item() - 1e-3 <= along <= up.item() + 1e-3
        kinks += up.item() - down.item() > 1e-2
    assert kinks > 0


def test_zeros_of_a_softmax_have_finite_gradients():
    y = labels(40, 3)
    logits = [(30 * z).detach().float().requires_grad_() for z in logits_of(y, 3, 1, 1, 2)]
    assert (torch.softmax(logits[0], 1) == 0).any()
    found = atoms_of(logits, y)
    sum(k * value for k, value in enumerate(found, 1)).backward()
    assert all(torch.isfinite(z.grad).all() and z.grad.abs().max() > 0 for z in logits)
    assert all(torch.isfinite(value) for value in found)


@pytest.mark.parametrize(
    ("dtype", "result"),
    [(torch.bfloat16, torch.float32), (torch.float16, torch.float32), (DOUBLE, DOUBLE)],
)
def test_types_of_numbers(dtype, result):
    y = labels(64, 4)
    logits = logits_of(y, 4, 1, 1, 2, dtype=dtype)
    found = atoms_of(logits, y)
    assert {value.dtype for value in found} == {result}
    found.synergy.backward()
    assert all(z.grad.dtype == dtype and torch.isfinite(z.grad).all() for z in logits)
    exact = atoms_of(logits_of(y, 4, 1, 1, 2), y)
    assert found.synergy.item() == pytest.approx(exact.synergy.item(), abs=0.02)


def test_only_what_asks_for_a_gradient_gets_one():
    y = labels(30, 3)
    p1, p2, p12 = (torch.softmax(z, 1).detach() for z in logits_of(y, 3, 1, 1, 2))
    assert not pid_loss(p1, p2, p12, y).synergy.requires_grad
    p12.requires_grad_()
    with torch.no_grad():
        assert not pid_loss(p1, p2, p12, y).synergy.requires_grad
    pid_loss(p1, p2, p12, y).synergy.backward()
    assert p1.grad is None
    assert p12.grad.abs().max() > 0


@pytest.mark.parametrize("case", ["one class", "one row", "heads that never change"])
def test_where_nothing_is_told_all_is_zero(case):
    y = torch.zeros(6, dtype=torch.int64) if case == "one class" else labels(6, 3)
    y = y[:1] if case == "one row" else y
    logits = logits_of(y, 3, 1, 1, 1)
    if case == "heads that never change":
        logits = [z.detach()[:1].expand(6, 3).clone().requires_grad_() for z in logits]
    found = atoms_of(logits, y)
    assert found == (0, 0, 0, 0)
    sum(found).backward()
    assert all((z.grad == 0).all() for z in logits)


def test_a_head_that_is_best_inverted_tells_nothing():
    y = labels(40, 3)
    wrong, good, both = logits_of(y, 3, -3, 1, 2)
    found = atoms_of([wrong, good, both], y)
    np.testing.assert_allclose([found.redundancy.item(), found.unique1.item()], 0, atol=1e-12)
    assert found.unique2 > 0
    found.unique2.backward()
    assert (wrong.grad == 0).all()


def test_a_head_without_courage_is_sharpened_by_ten_at_most():
    y = labels(60, 3)
    logits = logits_of(y, 3, 1, 1, 2)
    flat = [logits[0] / 1000, *logits[1:]]
    found = atoms_of(flat, y, tol=1e-9)
    told = found.redundancy + found.unique1
    assert 0 < told.item() < 0.01
    told.backward()
    assert logits[0].grad.norm() < 1e-3


# -- what is refused, and said ---------------------------------------------------------


def test_what_did_not_converge_says_so():
    y = labels(64, 4)
    logits = logits_of(y, 4, 1, 1, 2)
    with pytest.warns(ff.ConvergenceWarning, match="max_iter = 1 steps") as caught:
        atoms_of(logits, y, tol=1e-8, max_iter=1)
    assert caught[0].filename == __file__


def test_second_derivatives_are_refused():
    y = labels(20, 3)
    logits = logits_of(y, 3, 1, 1, 2)
    found = atoms_of(logits, y).synergy
    with pytest.raises(RuntimeError, match="pid_loss: has no second derivatives"):
        torch.autograd.grad(found, logits, create_graph=True)


def test_transforms_are_refused():
    y = labels(20, 3)
    p1, p2, p12 = (torch.softmax(z, 1).detach() for z in logits_of(y, 3, 1, 1, 2))

    def synergy(p):
        return pid_loss(p1, p2, p, y).synergy

    with pytest.raises(TypeError, match=r"p12: cannot be read inside torch.func.vmap"):
        torch.func.vmap(synergy)(p12[None])
    with pytest.raises(TypeError, match=r"p1: cannot be read inside torch.func"):
        torch.func.grad(synergy)(p12)


@pytest.mark.filterwarnings("ignore")  # of torch about itself
def test_compile_breaks_the_graph_here():
    y = labels(20, 3)
    logits = logits_of(y, 3, 1, 1, 2)

    def loss(*logits):
        return atoms_of(logits, y).synergy * 2

    compiled = torch.compile(loss, backend="eager")
    for one, other in zip(
        torch.autograd.grad(loss(*logits), logits),
        torch.autograd.grad(compiled(*logits), logits),
        strict=True,
    ):
        torch.testing.assert_close(one, other)


GOOD = torch.full((4, 2), 0.5)
NAN = GOOD.clone()
NAN[2, 0] = torch.nan


@pytest.mark.parametrize(
    ("changes", "kind", "message"),
    [
        ({"p1": GOOD.tolist()}, TypeError, "p1: got list; expected a tensor of prob"),
        ({"p2": GOOD.long()}, TypeError, r"p2: got torch.int64; expected a tensor of"),
        ({"p1": GOOD[:, 0]}, ValueError, r"p1: got shape \(4,\); expected \(rows, classes\)"),
        ({"p12": GOOD[:0]}, ValueError, r"p12: got shape \(0, 2\)"),
        ({"p2": GOOD[:3]}, ValueError, r"p2: got shape \(3, 2\), but p12 has \(4, 2\)"),
        ({"p1": NAN}, ValueError, r"p1: row 2 is \[nan, 0.5\] and sums to nan; expected prob"),
        (
            {"p1": torch.tensor([[2.0, -1.0]] * 4)},
            ValueError,
            r"p1: row 0 .*Of logits make torch.softmax\(p1, 1\)",
        ),
        ({"y": [0, 1, 0, 1]}, TypeError, "y: got list; expected a tensor of integers, or of p"),
        ({"y": torch.ones(4, dtype=torch.bool)}, TypeError, "y: got torch.bool"),
        ({"y": torch.tensor([0, 1, 2, 1])}, ValueError, "y: row 2 is 2; expected classes from"),
        ({"y": torch.tensor([0, -100, 0, 1])}, ValueError, "y: row 1 is -100; .* Leave rows"),
        ({"y": torch.tensor([0, 1])}, ValueError, r"y: got torch.int64 of shape \(2,\)"),
        ({"y": torch.ones(4)}, ValueError, r"y: got torch.float32 of shape \(4,\)"),
        ({"y": GOOD * 2}, ValueError, "y: row 0 .* sums to 2"),
        ({"tol": 0}, ValueError, "tol: expected"),
        ({"max_iter": -1}, ValueError, "max_iter: expected"),
    ],
)
def test_bad_arguments_are_named(changes, kind, message):
    given = {"p1": GOOD, "p2": GOOD, "p12": GOOD, "y": torch.tensor([0, 1, 0, 1])} | changes
    with pytest.raises(kind, match=message):
        pid_loss(**given)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_tensors_of_a_device_come_back_to_it():
    y = labels(64, 4)
    logits = [z.detach().cuda().requires_grad_() for z in logits_of(y, 4, 1, 1, 2)]
    found = atoms_of(logits, y.cuda())
    assert found.synergy.is_cuda
    found.synergy.backward()
    assert all(z.grad.is_cuda for z in logits)
