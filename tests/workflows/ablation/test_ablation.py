# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Accuracy lost to interventions, beside the atoms of the decisions."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest
from scipy import stats

import fourfold as ff
from fourfold.workflows.ablation.ablation_report import AblationCase, ablation_report
from fourfold.workflows.sweeps import batch
from tests.support.plug_in import PLUG_IN

pytestmark = pytest.mark.usefixtures("plt")


FAST = {"n_clusters": 2, "n_init": 1, "n_resamples": 0, "n_seeds": 1}


EVERY = ("remove", "shuffle", "noise")


def bits(rows=400, seed=0):
    """A bit in each source, at -1 and 1 with a little noise, and a constant column."""
    rng = np.random.default_rng(seed)
    ones = rng.integers(2, size=(2, rows))
    sources = [
        np.column_stack([2.0 * bit - 1 + 0.1 * rng.standard_normal(rows), np.full(rows, 0.1)])
        for bit in ones
    ]
    return *sources, ones[0], ones[1]


def first(x1, x2):  # noqa: ARG001  it ignores x2
    return (x1[:, 0] > 0).astype(int)


def second(x1, x2):
    return first(x2, x1)


def xor(x1, x2):
    return first(x1, x2) ^ second(x1, x2)


@pytest.fixture(scope="module", name="report")
def _report():
    x1, x2, b1, b2 = bits()
    cases = {
        "first": (first, x1, x2, b1),
        "second": (second, x1, x2, b2),
        "xor": (xor, x1, x2, b1 ^ b2),
    }
    return ablation_report(
        cases, **FAST | {"n_resamples": 25, "n_seeds": 2}, estimator="kmeans"
    )


# -- what is lost ----------------------------------------------------------------------


def test_a_modality_that_is_ignored_costs_exactly_nothing(report):
    for case, modality in ((0, 1), (1, 0)):
        assert not report.drops[case, modality].any()
        assert not report.changed[case, modality].any()
        assert not report.standard_errors[case, modality].any()
        assert np.all(report.drops_high[case, modality] > 0)  # the sample does not show all
        assert np.all(report.drops_high[case, modality] < 0.02)


def test_what_needs_a_modality_falls_to_chance_without_it(report):
    np.testing.assert_array_equal(report.accuracy, 1)
    for case, modality in ((0, 0), (1, 1), (2, 0), (2, 1)):
        np.testing.assert_allclose(report.drops[case, modality], 0.5, atol=0.1)
        np.testing.assert_array_equal(
            report.changed[case, modality], report.drops[case, modality]
        )
        assert np.all(report.drops_low[case, modality] < report.drops[case, modality])
        assert np.all(report.drops_high[case, modality] > report.drops[case, modality])


def test_atoms_are_those_of_the_decisions(report):
    np.testing.assert_allclose(np.array(report.atoms)[1:].T, np.eye(3), atol=0.03)
    np.testing.assert_allclose(report.atoms.redundancy, 0, atol=0.03)


def test_shapes(report):
    assert report.cases == ("first", "second", "xor")
    assert report.interventions == EVERY
    for name in ("drops", "standard_errors", "drops_low", "drops_high", "changed"):
        assert getattr(report, name).shape == (3, 2, 3), name
    for name in ("correlations", "pvalues", "adjusted_pvalues"):
        assert getattr(report, name).shape == (5, 2, 3), name
    assert [len(of_case) for of_case in report.results] == [2, 2, 2]


def test_changed_counts_wrong_answers_too():
    x1, x2, *_ = bits()
    report = ablation_report(
        (first, x1, x2, np.arange(400) // 2 % 2), **FAST, estimator="kmeans"
    )
    assert abs(report.accuracy[0] - 0.5) < 0.1
    assert report.changed[0, 0, 1] > 0.4
    assert not report.changed[0, 1].any()
    assert abs(report.drops[0, 0, 1]) < 0.1
    assert report.cases == ("model",)


def test_the_label_may_be_the_target():
    x1, x2, b1, b2 = bits()
    report = ablation_report(
        (first, x1, x2, b1 ^ b2), target="label", **FAST, estimator="kmeans"
    )
    np.testing.assert_allclose(np.array(report.atoms)[:, 0], [0, 0, 0, 1], atol=0.03)
    assert report.target == "label"


def test_cases_of_the_same_rows_share_clusters_and_give_the_same_as_alone(monkeypatch):
    x1, x2, b1, b2 = bits()
    options = FAST | {"n_clusters": 3, "n_seeds": 2, "n_resamples": 25, "held_out": 0.5}
    alone = ablation_report((xor, x1, x2, b1 ^ b2), **options, estimator="kmeans")
    fits = []
    cluster = batch.cluster
    monkeypatch.setattr(
        batch, "cluster", lambda steps, *data: fits.append(steps) or cluster(steps, *data)
    )
    cases = {"a": (first, x1, x2, b1), "b": (xor, x1.copy(), x2, b1 ^ b2)}
    both = ablation_report(cases, **options, estimator="kmeans")
    assert [int(each.random_state) for each in fits] == list(both.seeds)
    other = ablation_report(
        cases | {"b": (xor, x1, -x2, b1 ^ b2)}, **options, estimator="kmeans"
    )
    assert len(fits) == 2 + 4
    np.testing.assert_array_equal(other.by_seed[0], both.by_seed[0])
    np.testing.assert_array_equal(both.by_seed[1], alone.by_seed[0])
    np.testing.assert_array_equal(np.array(both.low)[:, 1], np.array(alone.low)[:, 0])
    np.testing.assert_array_equal(both.drops[1], alone.drops[0])
    expected = ff.PIDEstimator(
        3, n_init=1, held_out=0.5, bias_correction="auto", random_state=both.seeds[1]
    )
    expected = expected.fit(x1, x2, xor(x1, x2)).result_
    np.testing.assert_array_equal(both.by_seed[1, 1], expected.atoms)


# -- interventions ---------------------------------------------------------------------


def test_interventions_of_the_user():
    x1, x2, b1, b2 = bits()
    calls = []

    def flip(values, generator):
        assert isinstance(generator, np.random.Generator)
        calls.append(len(values))
        values *= -3  # of a copy
        return values

    ways = {
        "flip": flip,
        "only x2": (lambda x, rng: x, flip),  # noqa: ARG005
        "shuffled": "shuffle",
    }
    before = x1.copy(), x2.copy()
    report = ablation_report(
        (xor, x1, x2, b1 ^ b2), interventions=ways, **FAST, estimator="kmeans"
    )
    np.testing.assert_array_equal([x1, x2], before)
    np.testing.assert_array_equal(report.drops[0, :, :2], [[1, 0], [1, 1]])
    np.testing.assert_allclose(report.drops[0, :, 2], 0.5, atol=0.1)
    assert report.interventions == ("flip", "only x2", "shuffled")
    assert len(calls) == 6  # twice each, as the second draw was the first


def test_what_is_not_random_is_asked_once():
    asked = []

    def counted(x1, x2):
        asked.append(1)
        return first(x1, x2)

    x1, x2, b1, _ = bits(100)
    ablation_report((counted, x1, x2, b1), n_repeats=4, **FAST, estimator="kmeans")
    assert len(asked) == 1 + 2 * (1 + 4 + 4)


def test_predict_is_given_arrays_of_the_shape_and_type_that_it_may_change():
    x1, x2, b1, _ = bits(100)
    images = np.repeat(x1, 6, axis=1).reshape(100, 2, 6).astype(np.float32)
    tokens = (x2[:, :1] > 0).astype(np.int16)
    seen = set()

    def model(one, two):
        seen.add((one.shape, one.dtype.name, two.shape, two.dtype.name))
        found = (one[:, 0, 0] > 0).astype(int)
        one[:], two[:] = 0, 0
        return found

    before = images.copy(), tokens.copy()
    report = ablation_report(
        (model, images, tokens, b1), interventions=["shuffle"], **FAST, estimator="kmeans"
    )
    assert seen == {((100, 2, 6), "float32", (100, 1), "int16")}
    np.testing.assert_array_equal(images, before[0])
    np.testing.assert_array_equal(tokens, before[1])
    assert report.accuracy[0] == 1


def test_embeddings_are_clustered_in_place_of_the_inputs():
    x1, x2, b1, b2 = bits()
    words = np.array(["no", "yes"])
    case = AblationCase(
        lambda one, two: (one == "yes") ^ (two == "yes"),
        words[b1], words[b2], b1 ^ b2, embedding1=x1, embedding2=x2,
    )  # fmt: skip
    report = ablation_report(
        {"words": case}, interventions=["shuffle"], **FAST, estimator="kmeans"
    )
    np.testing.assert_allclose(np.array(report.atoms)[:, 0], [0, 0, 0, 1], atol=0.03)
    np.testing.assert_allclose(report.drops, 0.5, atol=0.1)


def test_same_seed_gives_the_same_numbers_whatever_else_is_asked_for():
    x1, x2, b1, _ = bits(100)

    def drops(random_state, interventions=EVERY):
        return ablation_report(
            (first, x1, x2, b1),
            interventions=interventions,
            random_state=random_state,
            **FAST,
            estimator="kmeans",
        ).drops

    np.testing.assert_array_equal(drops(3), drops(3))
    np.testing.assert_array_equal(drops(3)[..., 2:], drops(3, ["noise"]))
    assert drops(3)[0, 0, 1] != drops(4)[0, 0, 1]


# -- answers ---------------------------------------------------------------------------


def test_probabilities_are_read_in_the_order_of_the_classes():
    x1, x2, b1, b2 = bits()
    y = np.array(["a", "b", "c"])[b1 + b2]

    def sure(one, two):
        return np.eye(3)[first(one, two) + second(one, two)] * 0.8 + 0.2 / 3

    report = ablation_report((sure, x1, x2, y), **FAST, estimator="kmeans")
    assert report.accuracy[0] == 1
    reordered = AblationCase(
        lambda one, two: sure(one, two)[:, ::-1], x1, x2, y, classes=["c", "b", "a"]
    )
    labels = AblationCase(
        lambda one, two: np.array(["a", "b", "c"], dtype=object)[sure(one, two).argmax(1)],
        x1, x2, y, classes=["never", "c", "b", "a"],
    )  # fmt: skip
    for case in (reordered, labels):
        again = ablation_report({"case": case}, **FAST, estimator="kmeans")
        np.testing.assert_array_equal(again.drops, report.drops)
        np.testing.assert_allclose(again.by_seed, report.by_seed, atol=1e-9)


def test_a_model_that_always_says_the_same_has_no_atoms():
    x1, x2, b1, _ = bits(100)
    report = ablation_report(
        (lambda one, _: [1] * len(one), x1, x2, b1), **FAST, estimator="kmeans"
    )
    np.testing.assert_allclose(report.atoms, 0, atol=1e-9)
    assert not report.drops.any()


# -- rank correlations -----------------------------------------------------------------


def mixed(share):
    """Right if it follows the first bit, which it does for a share of the rows."""

    def predict(x1, x2):
        follows = np.arange(len(x1)) < share * len(x1)
        return np.where(follows, first(x1, x2), second(x1, x2))

    return predict


@pytest.fixture(scope="module", name="family")
def _family():
    x1, x2, b1, _ = bits()
    shares = {f"{share:g}": share for share in (0.1, 0.3, 0.6, 0.8, 1.0)}
    cases = {name: (mixed(share), x1, x2, b1) for name, share in shares.items()}
    as_counted = ff.PIDEstimator(2, n_init=1, **PLUG_IN)
    return ablation_report(cases, n_seeds=1, estimator=as_counted)


def test_drops_rank_as_the_unique_information(family):
    # zero but for the tolerance of the solver is zero: ties
    for atom, truth in ((1, [0, 0, 1, 2, 3]), (2, [2, 1, 0, 0, 0])):
        np.testing.assert_allclose(family.atoms[atom][np.equal(truth, 0)], 0, atol=1e-4)
        assert np.all(family.atoms[atom][np.not_equal(truth, 0)] > 0.1)
        rank = stats.spearmanr(truth, [1, 2, 3, 4, 5])
        np.testing.assert_allclose(family.correlations[atom, 0], rank.statistic)
    np.testing.assert_allclose(family.pvalues[1, 0], 4 / 120)
    np.testing.assert_allclose(family.pvalues[2, 0], 12 / 120)
    expected = ff.adjust_pvalues(family.pvalues.ravel().tolist())
    np.testing.assert_allclose(family.adjusted_pvalues.ravel(), expected)
    for k, modality, j in np.ndindex(4, 2, 3):
        rank = stats.spearmanr(family.atoms[k].round(4), family.drops[:, modality, j].round(9))
        assert family.correlations[k, modality, j] == pytest.approx(rank.statistic)


def test_without_four_cases_a_note_says_why(report, family):
    assert np.isnan(report.correlations).all()
    assert report.note == "no rank correlations: these need at least 4 cases, got 3"
    assert repr(report).endswith(report.note)
    assert "Rank correlation" not in repr(report)
    assert family.note == ""


def test_atoms_that_are_the_same_in_all_cases_have_no_correlation():
    x1, x2, b1, _ = bits(100)
    cases = {str(share): (mixed(share), x1, x2, b1) for share in (0.1, 0.3, 0.6, 0.8)}
    report = ablation_report(cases, target="label", **FAST, estimator="kmeans")
    assert np.isnan(report.correlations).all()
    assert report.note.startswith("rank correlations are missing where")


# -- ways to read it -------------------------------------------------------------------


def test_dictionary_is_json_with_all_numbers(report):
    record = report.to_dict()
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    names = {field.name for field in dataclasses.fields(report)}
    assert set(record) == names - {"decoded", "gaussian"} | {"unit", "type"}
    assert record["correlations"][0][0][0] is None
    assert record["drops"] == report.drops.tolist()
    assert record["atoms"]["synergy"] == report.atoms.synergy.tolist()


def test_repr_is_three_tables(family, report):
    lines = repr(family).splitlines()
    assert lines[0] == "AblationReport: atoms of the decision in bits, of 2 clusters, one seed"
    assert lines[1].split()[0] == lines[9].split()[0] == "case"
    assert lines[10].split()[:3] == ["0.1", f"{family.accuracy[0]:.3f}", "X1"]
    assert f"{family.drops[0, 0, 0]:.3f} [" in lines[10]
    assert lines[11].split()[0] == "X2"
    assert lines[21] == "Rank correlation over 5 cases (adjusted p)"
    assert f"+0.97 ({family.adjusted_pvalues[1, 0, 0]:.2g})" in lines[23]
    assert len(lines) == 29
    first_row = repr(report).splitlines()[2]
    assert f"{report.atoms.unique1[0]:.3f} [{report.low.unique1[0]:.2f}, " in first_row


@pytest.mark.parametrize("atom", ["unique", "redundancy", "synergy", "mi_joint"])
def test_plot_has_a_point_for_each_case_and_modality(report, family, atom):
    for each in (family, report):
        ax = each.plot(atom=atom, intervention="noise", source_names=("ear", "eye"))
        values = [each.mi_joint] * 2 if atom == "mi_joint" else each.atoms[1:3]
        if atom in each.atoms._fields:
            values = [getattr(each.atoms, atom)] * 2
        number = len(each.cases)
        dots = [c.get_offsets() for c in ax.collections if len(c.get_offsets()) == number]
        expected = [np.column_stack([values[m], each.drops[:, m, 2]]) for m in (0, 1)]
        np.testing.assert_array_equal(dots, expected)
        assert [text.get_text() for text in ax.texts] == list(each.cases) * 2
        whiskers = [c.get_segments() for c in ax.collections if hasattr(c, "get_segments")]
        ends = np.array(whiskers[0])[:, :, 1]
        expected = [each.drops_low[:, 0, 2], each.drops_high[:, 0, 2]]
        np.testing.assert_array_equal(ends.T, expected)
        assert len(whiskers) == (4 if each is report and atom != "mi_joint" else 2)
    assert ax.get_ylabel() == "Accuracy lost (noise)"
    assert "ear taken away" in ax.get_legend().get_texts()[0].get_text()
    legend = family.plot().get_legend().get_texts()[0].get_text()
    assert legend == "X1 taken away\nrank correlation 0.97 (adjusted p 0.33)"


# -- warnings and errors ---------------------------------------------------------------


def test_undersampled_cases_are_one_warning():
    rng = np.random.default_rng(0)
    x1, x2 = rng.standard_normal((2, 40, 2))
    y = np.arange(40) % 10
    case = (lambda one, two: y, x1, x2, y)  # noqa: ARG005
    with pytest.warns(
        ff.UndersampledWarning, match=r"atoms of 'a' .* and 'b'|'a'.*'b'"
    ) as caught:
        report = ablation_report(
            {"a": case, "b": case}, **FAST | {"n_clusters": 8}, estimator="kmeans"
        )
    assert len(caught) == 1
    assert caught[0].filename == __file__
    assert report.undersampled.all()
    lines = repr(report).splitlines()
    assert [line.split()[:2] for line in lines[2:4]] == [["*", "a"], ["*", "b"]]
    assert lines[4] == "* UNDERSAMPLED: too few samples for tables of this size"


def cases_with(**changes):
    x1, x2, b1, _ = bits(40)
    case = AblationCase(first, x1, x2, b1)
    return {"m": case._replace(**changes)}


@pytest.mark.parametrize(
    ("cases", "options", "error", "message"),
    [
        ([1], {}, TypeError, "cases: expected a mapping of names to tuples .*, got list"),
        ({}, {}, ValueError, "cases: expected at least one case, got none"),
        ({"m": (first, 1)}, {}, TypeError, r"cases\['m'\]: expected .*, got 2 entries"),
        ({1: (1,) * 4, "1": (1,) * 4}, {}, ValueError, "cases: expected names that differ"),
        (cases_with(predict="no"), {}, TypeError, r"cases\['m'\]: predict must be callable"),
        (cases_with(x1=[[1]]), {}, TypeError, r"cases\['m'\]: x1: expected a NumPy array"),
        (cases_with(x2=np.ones((3, 2))), {}, ValueError, r"cases\['m'\]: .*x2 has 3"),
        (cases_with(x2=np.full((40, 2), np.nan)), {}, ValueError, r"x2: entries must be fin"),
        (cases_with(y=np.ones((40, 2))), {}, ValueError, r"cases\['m'\]: y: expected one lab"),
        (cases_with(y=np.arange(39)), {}, ValueError, r"cases\['m'\]: .*y has 39"),
        (cases_with(classes=[0, 0]), {}, ValueError, "classes must differ"),
        (cases_with(classes=[0]), {}, ValueError, r"y: 1 is none of the classes 0; "),
        (cases_with(classes=["0", "1"]), {}, ValueError, "y: . is none of the classes '0'"),
        (cases_with(embedding1=np.ones((40, 2, 2))), {}, ValueError, "embedding1: expected an"),
        (cases_with(), {"target": "y"}, ValueError, "target: expected one of 'decision', 'lab"),
        (cases_with(), {"interventions": "noise"}, TypeError, "interventions: expected a seq"),
        (cases_with(), {"interventions": ()}, ValueError, "interventions: expected at least o"),
        (cases_with(), {"interventions": ["zap"]}, ValueError, "interventions: expected one of"),
        (cases_with(), {"interventions": ["noise"] * 2}, ValueError, "interventions: .* once"),
        (cases_with(), {"interventions": {"a": 1}}, TypeError, r"interventions\['a'\]: expect"),
        (cases_with(), {"interventions": {1: "noise"}}, TypeError, "interventions: .* strings"),
        (cases_with(), {"n_repeats": 0}, ValueError, "n_repeats: expected an integer of at le"),
        (cases_with(), {"n_seeds": 0}, ValueError, "n_seeds: expected an integer of at least"),
        (cases_with(), {"n_clusters": 41}, ValueError, r"41 clusters .* \(in cases\['m'\]\)"),
        (cases_with(), {"clusterer": "x"}, ValueError, "clusterer: expected one of"),
        (cases_with(), {"bias_correction": "x"}, ValueError, "bias_correction: expected one"),
        (cases_with(), {"n_resamples": 3}, ValueError, "n_resamples: expected 0 or at least"),
        (cases_with(), {"confidence_level": 1}, ValueError, "confidence_level: expected a num"),
        (cases_with(), {"tol": 0}, ValueError, "tol: expected a positive"),
    ],
)  # fmt: skip
def test_bad_arguments_are_refused_before_a_model_is_asked(
    monkeypatch, cases, options, error, message
):
    monkeypatch.setattr("fourfold.workflows.ablation.ablation_report.measure", None)
    with pytest.raises(error, match=message):
        ablation_report(cases, **options, estimator="kmeans")


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (np.zeros(39, int), "expected one answer for each of 40 rows, got shape .39,"),
        (1, "expected one answer for each of 40 rows, got 1"),
        (np.full(40, 7), "7 is none of the classes 0, 1; AblationCase"),
        (["1"] * 40, "'1' is none of the classes 0, 1; AblationCase"),
        (np.full(40, 0.5), "labels must be integers or strings, got the number 0.5"),
        (np.full((40, 3), 1 / 3), "expected a column of probabilities .* 2 classes, got 3"),
        (np.full((40, 2), 0.7), "row 0 sums to 1.4"),
    ],
)
def test_bad_answers_name_the_model(answers, message):
    with pytest.raises(ValueError, match=rf"^predict of cases\['m'\]: .*{message}"):
        ablation_report(cases_with(predict=lambda *_: answers), **FAST, estimator="kmeans")


@pytest.mark.parametrize(
    ("changes", "how", "message"),
    [
        ({"x2": np.ones((40, 1), int)}, "remove", "on x2 of cases.*floating.*got dtype int"),
        ({"x2": np.ones((40, 1), int)}, "noise", "'noise' takes means"),
        ({}, lambda x, rng: x[:3], r"on x1 .*array of shape \(40, 2\), got shape \(3, 2\)"),  # noqa: ARG005
        ({}, lambda x, rng: None, "got NoneType"),  # noqa: ARG005
        ({}, lambda x, rng: x + 1j, "must return dtype float64, .* got complex128"),  # noqa: ARG005
    ],
)
def test_bad_interventions_are_named(changes, how, message):
    with pytest.raises(ValueError, match=rf"^interventions\['it'\] .*{message}"):
        ablation_report(
            cases_with(**changes), interventions={"it": how}, **FAST, estimator="kmeans"
        )


def test_plot_names_what_it_does_not_know(report):
    with pytest.raises(ValueError, match="atom: expected one of 'unique', "):
        report.plot(atom="U")
    with pytest.raises(ValueError, match="intervention: expected one of 'remove', "):
        report.plot(intervention="zap")
    with pytest.raises(ValueError, match="source_names must be two names"):
        report.plot(source_names="ab")
