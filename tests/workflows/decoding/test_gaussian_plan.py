# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Options of a workflow that fits Gaussians: those of `gaussian_pid`, and no others."""

from __future__ import annotations

import functools
import inspect

import numpy as np
import pytest

import fourfold as ff
from fourfold.workflows.decoding.plans import planned

partial = functools.partial


def plan(estimator="gaussian", clustering=(), n_seeds=None, **given):
    return planned(
        "some_workflow", estimator, dict(clustering), n_seeds=n_seeds, cluster_seeds=3,
        closed_form=True, **given,
    )  # fmt: skip


def test_options_are_those_of_the_function_by_default():
    found = plan()
    assert found.gaussian
    assert not found.decodes
    assert (found.n_seeds, found.confidence_level) == (1, 0.95)
    assert found.words == "of Gaussian copulas"
    defaults = {
        name: one.default
        for name, one in inspect.signature(ff.gaussian_pid).parameters.items()
        if one.kind is one.KEYWORD_ONLY and name != "random_state"
    }
    assert found.estimator.keywords == defaults
    for same in (ff.gaussian_pid, partial(ff.gaussian_pid)):
        assert plan(same).estimator.keywords == defaults


def test_options_of_the_workflow_and_of_a_partial_arrive():
    found = plan(n_resamples=50, confidence_level=0.8, bias_correction="none")
    assert found.estimator.keywords["n_resamples"] == 50
    assert found.estimator.keywords["bias_correction"] == "none"
    assert found.confidence_level == 0.8
    t = np.zeros((5, 1))
    found = plan(partial(ff.gaussian_pid, copula=False, given=t, shrinkage="oas"), n_seeds=1)
    assert found.words == "of Gaussians given T, shrunk (oas)"
    assert found.estimator.keywords["given"] is t
    assert plan(partial(ff.gaussian_pid, confidence_level=None)).confidence_level == 0.95


REFUSED = [
    ({"n_clusters": 8}, ValueError, "n_clusters: no option of a fit in closed form"),
    ({"clustering": {"tol": 1e-3}}, ValueError, "tol: no option of a fit in closed form"),
    ({"clustering": {"copula": False}}, TypeError,
     r"unexpected keyword argument 'copula'; expected it as estimator=functools.partial\(fourfold.gaussian_pid, copula=False\)"),
    ({"clustering": {"foo": 1}}, TypeError, "unexpected keyword argument 'foo'$"),
    ({"n_seeds": 3}, ValueError, "n_seeds: a Gaussian is fitted once, in closed form; expected 1"),
    ({"confidence_level": 2}, ValueError, "confidence_level: expected a number between 0 and 1"),
    ({"estimator": partial(ff.gaussian_pid, 1)}, ValueError, "keywords only"),
    ({"estimator": partial(ff.gaussian_pid, foo=1)}, TypeError, "has no option 'foo'"),
    ({"estimator": partial(ff.gaussian_pid, random_state=1)}, ValueError, "that of the workflow"),
    ({"estimator": ff.gaussian_pid, "n_resamples": 50}, ValueError,
     r"n_resamples: gaussian_pid was given; set it there"),
    ({"estimator": "gauss"}, ValueError, "expected 'classifier', 'kmeans', 'gaussian'"),
    ({"estimator": print}, TypeError, "expected 'classifier', 'kmeans', 'gaussian'"),
    ({"estimator": partial(print)}, TypeError, "expected 'classifier', 'kmeans', 'gaussian'"),
]  # fmt: skip


@pytest.mark.parametrize(("options", "kind", "words"), REFUSED)
def test_what_is_no_option_is_refused_by_name(options, kind, words):
    with pytest.raises(kind, match=words):
        plan(**options)


def test_workflows_without_gaussians_do_not_offer_them(rng):
    x1, x2 = rng.normal(size=(2, 40, 2))
    with pytest.raises(ValueError, match="expected 'classifier', 'kmeans', or an instance"):
        ff.noise_sweep(x1, x2, np.arange(40) % 2, estimator="gaussian", levels=(0, 1))
