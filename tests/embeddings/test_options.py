# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Options of clustering, which workflows leave to the estimator: shown, documented, refused."""

from __future__ import annotations

import inspect

import numpy as np
import pytest

import fourfold as ff

WORKFLOWS = (
    "ablation_report",
    "cluster_sweep",
    "dataset_profile",
    "layer_profile",
    "noise_sweep",
)
OPTIONS = (
    "preprocess",
    "n_components",
    "clusterer",
    "n_init",
    "held_out",
    "target_bins",
    "tol",
    "max_iter",
    "num_threads",
    "dtype",
    "device",
)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_signatures_have_the_options_and_defaults_of_the_estimator(name):
    shown = inspect.signature(getattr(ff, name)).parameters
    of_estimator = inspect.signature(ff.PIDEstimator).parameters
    assert tuple(shown)[-12:] == (*OPTIONS, "random_state")
    for option in OPTIONS:
        assert shown[option].kind is inspect.Parameter.KEYWORD_ONLY
        assert shown[option].default == of_estimator[option].default
    inference = ("bias_correction", "n_resamples", "confidence_level", "random_state")
    given = {
        "cluster_sweep": ("auto", None, 0.95, 0)
    }  # others: of the estimator that is asked for
    assert tuple(shown[option].default for option in inference) == given.get(
        name, (None, None, None, 0)
    )
    assert {*of_estimator} - {"probe", "sources"} <= {*shown}  # which are of one fit


@pytest.mark.parametrize("name", WORKFLOWS)
def test_other_keywords_are_refused_as_by_python(name):
    data = np.zeros((4, 1)), np.zeros((4, 1)), [0, 1, 0, 1]
    arguments = {
        "ablation_report": ((lambda x1, _: x1, *data),),
        "dataset_profile": ({"only": data},),
    }.get(name, data)
    for option in ("n_init_", "labels1_", "method"):
        message = rf"^{name}\(\) got an unexpected keyword argument '{option}'$"
        with pytest.raises(TypeError, match=message):
            getattr(ff, name)(*arguments, **{option: 1})
