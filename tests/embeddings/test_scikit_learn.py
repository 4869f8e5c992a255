# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Both sources in one table: scikit-learn's own checks, and its pipelines, searches and frames."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import estimator_checks
from sklearn.utils.estimator_checks import check_estimator, parametrize_with_checks

import fourfold as ff
from tests.support.marks import ignore_undersampled

pytestmark = ignore_undersampled

HALVES = slice(0, 1), slice(1, None)

#: Of "auto", which needs all rows at once.
PARTIAL_CHECKS = {
    "check_fit_score_takes_y": "partial_fit takes no n_clusters='auto'",
    "check_n_features_in_after_fitting": "partial_fit takes no n_clusters='auto'",
}

#: What `check_estimator` leaves out: of frames, names and containers, and of weights.
MORE_CHECKS = [
    "check_dataframe_column_names_consistency",
    "check_get_feature_names_out_error",
    "check_global_output_transform_pandas",
    "check_global_set_output_transform_polars",
    "check_set_output_transform",
    "check_set_output_transform_pandas",
    "check_set_output_transform_polars",
    "check_transformer_get_feature_names_out",
    "check_transformer_get_feature_names_out_pandas",
    "check_sample_weights_list",
    "check_sample_weights_not_an_array",
    "check_sample_weights_not_overwritten",
    "check_sample_weights_pandas_series",
    "check_sample_weights_shape",
]


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.SkipTestWarning")
def test_check_estimator():
    done = check_estimator(ff.PIDEstimator(2, n_init=1, sources=HALVES))
    assert {each["status"] for each in done} <= {"passed", "skipped"}
    assert [each["check_name"] for each in done if each["status"] == "skipped"] in (
        [],
        ["check_array_api_input"],
    )


@parametrize_with_checks(
    [
        ff.PIDEstimator((2, 1), preprocess="none", n_init=1, probe=False, sources=HALVES),
        ff.PIDEstimator(n_init=1, random_state=0, sources=HALVES),
    ],
    expected_failed_checks=lambda estimator: (
        PARTIAL_CHECKS if estimator.n_clusters == "auto" else {}
    ),
)
def test_scikit_learn_checks(estimator, check):
    check(estimator)


@pytest.mark.filterwarnings("ignore:X (has|does not have valid) feature names")
@pytest.mark.parametrize("name", MORE_CHECKS)
def test_more_of_scikit_learn_checks(name):
    if "pandas" in name or name == "check_dataframe_column_names_consistency":
        pytest.importorskip("pandas")
    if "polars" in name:
        pytest.importorskip("polars")
    check = getattr(estimator_checks, name)
    check("PIDEstimator", ff.PIDEstimator(2, n_init=2, random_state=0, sources=HALVES))


# -- the same numbers as of two arrays -------------------------------------------------


@pytest.fixture(scope="module")
def data():
    x1, x2, y = ff.datasets.digits_halves()
    return x1[:600], x2[:600], y[:600]


@pytest.fixture(scope="module")
def table(data):
    return np.hstack(data[:2])


SIDES = slice(0, 32), slice(32, None)


def estimator(sources=SIDES, n_clusters=4, **options):
    return ff.PIDEstimator(
        n_clusters, n_init=1, probe=False, random_state=0, sources=sources, **options
    )


def test_of_a_table_all_is_as_of_its_two_parts(data, table):
    x1, x2, y = data
    two = estimator(None).fit(x1, x2, y)
    one = estimator().fit(table, y)
    assert one.result_.to_dict() == two.result_.to_dict()
    assert one.n_features_in_ == 64
    assert two.n_features_in_ == (32, 32)
    labels = one.transform(table)
    np.testing.assert_array_equal(labels, np.column_stack(two.transform(x1, x2)))
    np.testing.assert_array_equal(labels, estimator().fit_transform(table, y))
    np.testing.assert_array_equal(
        labels, np.column_stack(estimator(None).fit_transform(x1, x2, y))
    )
    assert one.score(table, y) == two.score(x1, x2, y)


def test_a_pair_of_arrays_stands_for_both(data):
    x1, x2, y = data
    two = estimator(None).fit(x1, x2, y)
    one = estimator(None).fit([x1, x2], y)
    assert one.result_.to_dict() == two.result_.to_dict()
    assert one.n_features_in_ == (32, 32)
    np.testing.assert_array_equal(one.transform((x1, x2)), two.transform(x1, x2))
    assert one.score([x1, x2], y) == two.score(x1, x2, y)
    lists = estimator(None).fit(X=[x1.tolist(), x2.tolist()], y=y)
    assert lists.result_.to_dict() == two.result_.to_dict()


def test_two_arrays_are_taken_by_name_and_stay_arrays(data):
    x1, x2, y = data
    fitted = estimator(None).fit(y=y, X2=x2, X1=x1)
    with sklearn.config_context(transform_output="pandas"):
        labels = fitted.transform(X1=x1, X2=x2)
    assert [type(each) for each in labels] == [np.ndarray, np.ndarray]
    assert not hasattr(fitted, "set_output")
    assert not hasattr(fitted, "get_feature_names_out")


def test_columns_of_frames(data, table):
    pandas = pytest.importorskip("pandas")
    names = [f"{side}{k}" for side in ("left", "right") for k in range(32)]
    frame = pandas.DataFrame(table, columns=names).assign(note="a word, of no source")
    fitted = estimator((names[:32], slice("right0", "right31"))).fit(frame, data[2])
    assert fitted.result_.to_dict() == estimator().fit(table, data[2]).result_.to_dict()
    assert fitted.feature_names_in_.tolist() == [*names, "note"]
    assert fitted.n_features_in_ == 65
    out = fitted.set_output(transform="pandas").transform(frame[40:43])
    assert out.columns.tolist() == ["pidestimator0", "pidestimator1"]
    assert out.index.tolist() == [40, 41, 42]
    with pytest.raises(ValueError, match="Feature names must be in the same order"):
        fitted.transform(frame[frame.columns[::-1]])


# -- pipelines and searches ------------------------------------------------------------


def test_in_a_pipeline(data, table):
    pipeline = make_pipeline(StandardScaler(), estimator(preprocess="none"))
    assert clone(pipeline)[-1].sources == SIDES
    pipeline.fit(table, data[2])
    alone = estimator().fit(table, data[2])
    assert pipeline[-1].result_.to_dict() == alone.result_.to_dict()
    assert pipeline.score(table, data[2]) == alone.score(table, data[2])
    assert pipeline.get_feature_names_out().tolist() == ["pidestimator0", "pidestimator1"]


def test_in_a_column_transformer(data, table):
    of_columns = ColumnTransformer(
        [("pixels", estimator(), slice(0, 64))], remainder="passthrough"
    )
    wider = np.column_stack([table, data[2]])
    made = of_columns.fit_transform(wider, data[2])
    labels = estimator().fit_transform(table, data[2])
    np.testing.assert_array_equal(made, np.column_stack([labels, data[2]]))
    assert of_columns.get_feature_names_out().tolist() == [
        "pixels__pidestimator0",
        "pixels__pidestimator1",
        "remainder__x64",
    ]


def test_a_search_chooses_as_auto_does(data, table):
    numbers = [2, 8, 16, 64]
    search = GridSearchCV(
        estimator(),
        {"n_clusters": numbers},
        cv=StratifiedKFold(4, shuffle=True, random_state=0),
    ).fit(table, data[2])
    told = estimator(None, "auto").fit(*data).held_out_information_
    assert search.best_params_ == {"n_clusters": max(numbers[1:], key=lambda k: told[k, k])}
    assert search.best_score_ > 2
    assert search.best_estimator_.result_.n_samples == 600


# -- weights, and how they get there ---------------------------------------------------


def test_whole_weights_are_rows_that_are_counted_again(data):
    x1, x2, y = data
    weights = np.random.default_rng(0).integers(0, 4, len(y))
    fitted = estimator(None, bias_correction="none").fit(x1, x2, y, sample_weight=weights)
    again = np.repeat(np.arange(len(y)), weights)
    labels = fitted.labels1_[again], fitted.labels2_[again]
    expected = ff.pid(*labels, y[again], bias_correction="none", n_resamples=0)
    assert fitted.result_.n_samples == weights.sum()
    np.testing.assert_allclose(fitted.result_.atoms, expected.atoms, atol=1e-4)
    assert fitted.result_.mi_joint == pytest.approx(expected.mi_joint, abs=1e-12)
    np.testing.assert_array_equal(fitted.counted_, np.flatnonzero(weights))
    some = weights > 0
    alone = estimator(None).fit(x1[some], x2[some], y[some])
    np.testing.assert_array_equal(fitted.labels1_[some], alone.labels1_)
    ones = estimator(None).fit(x1, x2, y, sample_weight=np.ones(len(y)))
    assert ones.result_.to_dict() == estimator(None).fit(x1, x2, y).result_.to_dict()


def test_scores_weigh_rows_as_they_are_told(data, table):
    y = data[2]
    weights = np.random.default_rng(1).integers(0, 4, 200)
    fitted = estimator().fit(table[:400], y[:400])
    again = np.repeat(np.arange(400, 600), weights)
    found = fitted.score(table[400:], y[400:], sample_weight=weights)
    assert found == pytest.approx(fitted.score(table[again], y[again]), abs=1e-12)
    heavy = np.arange(1, 401)
    weighted = estimator().fit(table[:400], y[:400], sample_weight=heavy / 3)
    whole = estimator(bias_correction="none").fit(table[:400], y[:400], sample_weight=heavy)
    assert weighted.result_.mi_joint == pytest.approx(whole.result_.mi_joint, abs=1e-12)
    assert weighted.score(table, y) != whole.score(table, y)  # a third of the samples


def test_of_other_weights_corrections_are_refused(data):
    weights = np.linspace(0.5, 1.5, len(data[2]))
    assert estimator(None).fit(*data, sample_weight=weights).result_.n_samples is None
    for option in ({"bias_correction": "chao"}, {"n_resamples": 50}):
        with pytest.raises(ValueError, match="whole numbers"):
            estimator(None, **option).fit(*data, sample_weight=weights)


def test_no_probe_is_made_of_rows_with_weights(data):
    fitted = estimator(None).set_params(probe=True)
    fitted.fit(*data, sample_weight=np.full(len(data[2]), 2))
    assert fitted.result_.kept.why_not == "rows have weights"
    assert "no probe: rows have weights" in repr(fitted.result_)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        (np.zeros(600), "sample_weight: all are zero"),
        (
            np.full(600, -1.0),
            "sample_weight: expected numbers of at least zero, but -1.0 at row 0",
        ),
        (np.full(600, np.nan), "sample_weight: .* missing"),
        (np.ones(599), "sample_weight has 599"),
        (np.ones((600, 2)), r"sample_weight: expected one number a row, .* shape \(600, 2\)"),
    ],
)
def test_weights_that_are_none(data, table, weights, message):
    with pytest.raises(ValueError, match=message):
        estimator(None).fit(*data, sample_weight=weights)
    with pytest.raises(ValueError, match=message):
        estimator().fit(table, data[2]).score(table, data[2], sample_weight=weights)


def test_probabilities_take_no_weights(data):
    soft = np.full((600, 2), 0.5)
    with pytest.raises(ValueError, match="sample_weight: rows of probabilities"):
        estimator(None).fit(*data[:2], soft, sample_weight=np.ones(600))


def test_metadata_is_routed(data, table):
    weights = np.arange(600)
    alone = estimator().fit(table, data[2], sample_weight=weights).result_
    plain = make_pipeline(StandardScaler(with_std=False), estimator())
    plain.fit(table, data[2], pidestimator__sample_weight=weights)
    assert plain[-1].result_.n_samples == alone.n_samples
    with sklearn.config_context(enable_metadata_routing=True):
        asking = estimator().set_fit_request(sample_weight=True)
        pipeline = make_pipeline(StandardScaler().set_fit_request(sample_weight=False), asking)
        pipeline.fit(table, data[2], sample_weight=weights)
        assert pipeline[-1].result_.n_samples == alone.n_samples
        requests = asking.get_metadata_routing()
        assert requests.fit.requests == {"sample_weight": True}
        assert requests.score.requests == {"sample_weight": None}
        assert requests.transform.requests == {}


# -- rows in blocks --------------------------------------------------------------------


def test_blocks_of_a_table_are_learnt_and_counted_as_its_two_parts(data, table):
    x1, x2, y = data
    two = estimator(None).partial_fit(x1, x2)
    one = estimator().partial_fit(table)
    expected = two.count(x1, x2, y)
    assert one.count(table, y) == expected
    assert one.count([(table[:250], y[:250]), (table[250:], y[250:])]) == expected
    assert one.n_features_in_ == 64
    with pytest.raises(NotFittedError, match="counted no rows"):
        one.score(table, y)


def test_after_fit_blocks_begin_anew(data, table):
    anew = estimator().fit(table, data[2]).partial_fit(table)
    assert not hasattr(anew, "result_")
    assert anew.count(table, data[2]) == estimator().partial_fit(table).count(table, data[2])
    again = anew.fit(table, data[2])
    assert again.result_.to_dict() == estimator().fit(table, data[2]).result_.to_dict()


# -- wrong calls -----------------------------------------------------------------------


def test_calls_of_the_other_kind_are_refused(data, table):
    x1, x2, y = data
    with pytest.raises(TypeError, match=r"fit: the estimator has sources=.* leave sources out"):
        estimator().fit(x1, x2, y)
    with pytest.raises(
        ValueError, match="sources: picks columns of one table, but X is a list"
    ):
        estimator().fit([x1, x2], y)
    with pytest.raises(TypeError, match=r"fit\(\): missing .* 'y'; .*sources=\(columns of X1"):
        estimator(None).fit(table, y)
    with pytest.raises(ValueError, match=r"y: .* the target y is None"):
        estimator().fit(table)
    with pytest.raises(NotFittedError, match="not fitted yet"):
        estimator().score(table, y)
    before = estimator(None).fit(x1, x2, y).set_params(sources=SIDES)
    with pytest.raises(NotFittedError, match="before it had sources; fit it again"):
        before.transform(table)


def test_a_refused_fit_leaves_the_estimator_as_it_was(data, table):
    fitted = estimator().fit(table, data[2])
    before = fitted.transform(table)
    with pytest.raises(ValueError, match="finite") as raised:
        fitted.fit(np.full((600, 70), np.nan), data[2])
    assert raised.value.__notes__ == [
        "X1 and X2 are the columns of X that sources[0] and sources[1] pick"
    ]
    np.testing.assert_array_equal(fitted.transform(table), before)
    fresh = estimator()
    with pytest.raises(ValueError, match="finite"):
        fresh.fit(np.full((600, 64), np.nan), data[2])
    with pytest.raises(NotFittedError):
        fresh.transform(table)


def test_warnings_name_the_line_of_the_caller(rng):
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        estimator((0, 1), 12, bias_correction="none").fit(
            rng.normal(size=(300, 2)), rng.integers(0, 6, 300)
        )
    (warning,) = (each for each in said if each.category is ff.UndersampledWarning)
    assert warning.filename == __file__
