# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Many models on many data sets: what each is given, and what comes of it."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np
import pytest
from scipy.stats import spearmanr
from sklearn.linear_model import LogisticRegression

import fourfold as ff
from fourfold.workflows.grid import profile_grid as grid

BITS = ff.PIDEstimator(2, n_init=1, preprocess="none", held_out=0.0, bias_correction="none")
ROWS = 150


def _sets(number=2):
    rng = np.random.default_rng(0)
    found = {}
    for k in range(number):
        x1, x2 = rng.integers(2, size=(2, ROWS))
        found[f"set {k}"] = (x1[:, None] * 1.0, x2[:, None] * 1.0, x1 ^ x2)
    return found


def _labels(datasets, models=6):
    """Models that answer more and more like the labels, and else what x1 is."""
    rng = np.random.default_rng(1)
    return {
        f"model {k}": {
            name: np.where(rng.random(ROWS) < k / models, y, x1[:, 0].astype(int))
            for name, (x1, _, y) in datasets.items()
        }
        for k in range(models)
    }


@functools.cache
def _found():
    datasets = _sets()
    models = _labels(datasets)
    families = {name: "old" if name < "model 3" else "new" for name in models}
    return ff.model_profiles(models, datasets, families=families, estimator=BITS, n_seeds=1)


def test_each_part_is_what_a_grid_says_of_it():
    datasets = _sets()
    models = _labels(datasets)
    found = _found()
    for k, name in enumerate(datasets):
        x1, x2, y = datasets[name]
        alone = ff.pid(x1[:, 0], x2[:, 0], models["model 4"][name], bias_correction="none")
        assert [atom[4, k] for atom in found.atoms] == pytest.approx([*alone.atoms], abs=1e-4)
        assert found.accuracy[4, k] == np.mean(models["model 4"][name] == y)
    of = found.rank_correlations
    expected = [spearmanr(found.atoms.synergy[:, d], found.accuracy[:, d])[0] for d in range(2)]
    assert of.spearman[3, 0, :2] == pytest.approx(expected, abs=1e-9)
    assert of.columns == ("accuracy",)


def test_probabilities_embeddings_and_masked_answers():
    rng = np.random.default_rng(2)
    (name, (x1, x2, y)), *_ = _sets().items()
    p = np.where(y[:, None] == np.arange(2), 0.8, 0.2)
    flat = np.full((ROWS, 2), [1 - y.mean(), y.mean()])
    joint = np.array([[0.9, 0.1], [0.1, 0.9]])[y]
    flat = np.broadcast_to(joint.mean(0), joint.shape)
    models = {
        "soft": {name: p},
        "embeds": {name: (x1 + 0.01 * rng.standard_normal(x1.shape), x2)},
        "masked": {name: (joint, flat, flat)},
    }
    found = ff.model_profiles(models, {name: (x1, x2, y)}, estimator=BITS, n_seeds=1)
    assert found.estimator == "answers and embeddings and masked answers, of 2 clusters"
    assert found.accuracy[:, 0] == pytest.approx([1.0, np.nan, 1.0], nan_ok=True)
    masked = ff.decision_pid(joint, flat, flat).result
    assert found.atoms.synergy[2, 0] == pytest.approx(masked.synergy)
    soft = ff.pid(x1[:, 0], x2[:, 0], p, bias_correction="none")
    assert found.atoms.synergy[0, 0] == pytest.approx(soft.synergy, abs=1e-4)
    assert found.atoms.synergy[1, 0] == pytest.approx(
        ff.pid(x1[:, 0], x2[:, 0], y, bias_correction="none").synergy, abs=1e-4
    )
    assert np.isnan(found.errors.synergy[2, 0])
    assert (found.n_samples == ROWS).all()


def test_masked_answers_that_are_no_marginals_are_refused_or_projected():
    (name, (x1, x2, y)), *_ = _sets().items()
    joint = np.array([[0.9, 0.1], [0.2, 0.8]])[y]
    models = {"m": {name: (joint, np.full((ROWS, 2), 0.5), np.full((ROWS, 2), 0.5))}}
    with pytest.raises(ValueError, match=r"part \('set 0', 'm', 'masked answers'\): p_given_1"):
        ff.model_profiles(models, {name: (x1, x2, y)})
    with pytest.warns(ff.ProjectionWarning, match="p_given_1, p_given_2: the projection"):
        found = ff.model_profiles(models, {name: (None, None)}, on_inconsistent="project")
    assert found.atoms.synergy[0, 0] > 0.1
    assert found.rank_correlations is None


def test_classifiers_have_errors_and_several_seeds_add_theirs():
    rng = np.random.default_rng(3)
    datasets = {"d": (rng.standard_normal((90, 2)), rng.standard_normal((90, 2)))}
    models = {"m": {"d": (datasets["d"][0][:, 0] > 0).astype(int)}}
    estimator = ff.ClassifierPID(LogisticRegression())
    found = ff.model_profiles(models, datasets, estimator=estimator, n_seeds=2)
    part = ff.profile_grid(
        {"l": datasets["d"][0]}, {"r": datasets["d"][1]}, {"y": models["m"]["d"]},
        estimator=estimator, n_seeds=2,
    )  # fmt: skip
    scatter = part.by_seed[0, :, 1].std(ddof=1) / np.sqrt(2)
    expected = np.hypot(part.columns["unique1_error"][0], scatter)
    assert found.errors.unique1[0, 0] == pytest.approx(expected)
    assert found.atoms.unique1[0, 0] == pytest.approx(part.atoms.unique1[0])


def test_columns_of_mappings_pairs_and_frames_and_families_later():
    pandas = pytest.importorskip("pandas")
    found = _found()
    size = {name: 2.0**k for k, name in enumerate(found.models)}
    drop = {(name, "set 1"): -k for k, name in enumerate(found.models)}
    more = found.with_columns({"size": size, "drop": drop})
    frame = pandas.DataFrame({"size": pandas.Series(size)})
    assert more.with_columns(frame) == more
    assert found.with_columns() == found
    rho = more.rank_correlations
    assert rho.columns == ("accuracy", "size", "drop")
    assert rho.spearman[3, 1, :2] == pytest.approx(-rho.spearman[3, 2, 1] * np.ones(2), abs=0.2)
    assert np.isnan(rho.spearman[3, 2, 0])
    assert rho.n_models[3, 2].tolist() == [0, 6, 6]
    kin = found.with_columns(families={name: name[-1] for name in found.models})
    assert np.isfinite(kin.rank_correlations.spearman_low[3, 0, 2])
    assert np.isnan(found.rank_correlations.spearman_low).all()  # two families have no scatter
    assert "no intervals: these need three families" in repr(found)


def test_three_models_have_no_ranks_to_show():
    sets = _sets()
    (name, (x1, x2, y)), *_ = sets.items()
    models = {f"m{k}": {name: np.roll(y, k)} for k in range(3)}
    text = repr(ff.model_profiles(models, {name: (x1, x2, y)}, estimator=ff.PIDEstimator(2)))
    assert text.endswith("no rank correlations: these need 4 models")
    assert "Rank correlations over" not in text


def test_a_model_may_lack_a_data_set():
    datasets = _sets()
    models = _labels(datasets)
    del models["model 2"]["set 1"]
    found = ff.model_profiles(models, datasets, estimator=BITS, n_seeds=1)
    assert np.isnan(found.atoms.synergy[2, 1])
    assert np.isfinite(found.atoms.synergy).sum() == 11
    assert found.rank_correlations.n_models[3, 0].tolist() == [6, 5, 6]
    assert "not given: 1 of 12 pairs of model and data set" in repr(found)
    assert found.plot().get_title(loc="left").startswith("synergy, bits")
    pytest.importorskip("pandas")
    assert len(found.to_frame().query("what == 'atom' and atom == 'synergy'")) == 11


def test_what_is_finished_is_not_made_again(tmp_path, monkeypatch):
    datasets = _sets()
    models = _labels(datasets)
    given = {"estimator": BITS, "n_seeds": 1, "checkpoint": tmp_path}
    first = ff.model_profiles(models, datasets, **given)
    assert len([*tmp_path.iterdir()]) == 12
    monkeypatch.setattr(grid, "made_part", None)
    assert ff.model_profiles(models, datasets, **given) == first


def test_what_is_shown():
    found = _found()
    text = repr(found)
    assert text.startswith(
        "ModelProfiles in bits, 6 models on 2 data sets, answers, of 2 clusters"
    )
    for words in ("Rank correlations over the models", "models, between data sets", "S / I"):
        assert words in text
    assert len(found.table().rows) == 12
    assert len(found.correlation_table().rows) == 27
    for quantity in ("synergy", "mi_joint", "unique1_share", "accuracy"):
        axes = found.plot(quantity=quantity)
        assert [label.get_text() for label in axes.get_yticklabels()] == [*found.models]
        assert len(axes.texts) == 12 + 2  # numbers, and names of families
    alike = {
        name: f"A-long-family-of-models-{k}B-instruct-2026"
        for k, name in enumerate(found.models)
    }
    axes = dataclasses.replace(found, models=tuple(alike.values())).plot()
    assert {label.get_text() for label in axes.get_yticklabels()} == {*alike.values()}
    page = found.to_html()
    assert "what ranks as they do" in page
    assert "do orders agree?" in page
    with pytest.raises(ValueError, match="quantity: expected one of redundancy"):
        found.quantity("surprise")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"models": {"m": {"d": [0, 1]}}}, "datasets has no 'd'; it has set 0"),
        ({"models": {"m": {"set 0": np.zeros(3)}}}, "set 0"),
        ({"models": {"m": {"set 0": (1, 2, 3, 4)}}}, "a tuple of two or three arrays, got 4"),
        ({"models": {"m": {"set 0": np.array(["a"] * ROWS)}}}, "answers are texts, but"),
        ({"models": {"m": {"set 0": np.full((ROWS, 3), 1 / 3)}}, "y": np.arange(ROWS) % 5},
         "3 columns of probabilities, but .* has 5 classes"),
        ({"sources": np.zeros(ROWS)}, r"x1: expected an array of \(N, d\), got shape"),
        ({"columns": {"c": {"nobody": 1.0}}}, "'nobody' is no model"),
        ({"columns": {"c": {"m": "large"}}}, "expected a number for 'm', got 'large'"),
        ({"families": {}}, "families: expected a mapping"),
        ({"families": {"m": "f", "n": "g"}}, "families: .*'n' is no model"),
        ({"families": {"m": "f"}}, "families: expected two or more"),
        ({"estimator": "best"}, "estimator: expected 'classifier'"),
        ({"confidence_level": 1.5}, "confidence_level"),
        ({"random_state": None, "checkpoint": "x"}, "random_state: None"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(changed, message):
    x1, x2, y = _sets()["set 0"]
    given = {"models": {"m": {"set 0": y}}} | changed
    datasets = {"set 0": (given.pop("sources", x1), x2, given.pop("y", y))}
    with pytest.raises((TypeError, ValueError), match=message):
        ff.model_profiles(given.pop("models"), datasets, **given)
