# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Models as they are: what they may be given, and what is said of wrong answers."""

# ruff: noqa: ARG005  # models have two inputs, whatever they use

from __future__ import annotations

import numpy as np
import pytest

import fourfold as ff


@pytest.fixture
def rows(rng):
    return rng.standard_normal((2, 40, 2))


def asked(predict, x1, x2, **options):
    return ff.recombined_pid(predict, x1, x2, **{"design": "grid", "random_state": 0} | options)


def one_hot(a, b, classes=3):
    del b
    return np.eye(classes)[(a[:, 0] > 0).astype(int)]


def test_a_model_may_add_up_columns_of_both_frames(rows):
    """Labels of rows would be joined: those of partners are others, and some come twice."""
    pandas = pytest.importorskip("pandas")
    frames = [pandas.DataFrame(x, columns=["u", "v"]) for x in rows]
    found = asked(lambda a, b: (a["u"] * b["u"] > 0).astype(int), *frames)
    assert found == asked(lambda a, b: (a[:, 0] * b[:, 0] > 0).astype(int), *rows)


WRONG = {
    "exception": (lambda a, b: 1 / 0, RuntimeError, "raised ZeroDivisionError for pairs 0 to"),
    "rows": (lambda a, b: a[:3, 0] > 0, ValueError, r"got shape \(3,\)"),
    "number": (lambda a, b: 3, ValueError, r"got shape \(\)"),
    "nan": (lambda a, b: np.full((len(a), 2), np.nan), ValueError, "finite"),
    "sums": (lambda a, b: np.ones((len(a), 2)), ValueError, "sums to 2"),
    "logits": (lambda a, b: a, ValueError, "softmax"),
    "one column": (lambda a, b: a[:, :1], ValueError, "one column"),
    "P(y = 1)": (lambda a, b: 1 / (1 + np.exp(-a[:, 0])), ValueError, r"make numpy.stack"),
    "objects": (lambda a, b: [None] * len(a), TypeError, "integers or strings"),
    "classes": (lambda a, b: one_hot(a, b, 2 + (len(a) < 50)), ValueError, "the same classes"),
    "kinds": (
        lambda a, b: np.full(len(a), "x") if len(a) < 50 else np.ones(len(a), int),
        ValueError,
        "strings of shape",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_answers_are_named(name, rows):
    predict, kind, said = WRONG[name]
    with pytest.raises(kind, match=said) as raised:
        asked(predict, *rows, batch_size=50)
    assert str(raised.value).startswith("predict: ")


@pytest.mark.parametrize("batch_size", [7, 64, 10_000])
def test_batches_do_not_change_the_numbers(batch_size, rows):
    sizes = []

    def predict(a, b):
        sizes.append(len(a))
        return one_hot(a, b)

    found = asked(predict, *rows, batch_size=batch_size)
    assert found.result == asked(one_hot, *rows).result
    assert max(sizes) <= batch_size
    assert len(sizes) == found.n_batches


def test_what_is_drawn_by_lot_is_warned_of(rows, rng):
    with pytest.warns(ff.RandomAnswersWarning, match="otherwise when asked again"):
        found = asked(lambda a, b: rng.integers(2, size=len(a)), *rows)
    assert not found.repeats
    assert "NOT REPEATABLE" in repr(found)
    assert found.result.synergy == pytest.approx(1, abs=0.1)


def test_rows_may_be_of_any_kind(rows):
    texts = [["no", "yes"][int(x > 0)] for x in rows[0][:, 0]]
    of_texts = asked(lambda a, b: np.array(a), texts, rows[1])
    of_numbers = asked(lambda a, b: a[:, 0] > 0, *rows)
    assert of_texts.result == of_numbers.result
    pictures = rows[0].reshape(40, 1, 2, 1)
    of_pictures = ff.recombined_pid(
        lambda a, b: a[:, 0, 0, 0] > 0,
        pictures,
        rows[1],
        random_state=0,
    )
    assert of_pictures.use[0] > 0.9


def test_what_cannot_be_indexed_is_not_blamed_on_the_model(rows):
    with pytest.raises(
        TypeError, match=r"^x1: expected what can be indexed by an array of rows"
    ):
        asked(one_hot, set(range(40)), rows[1])


def test_classifiers_need_numbers_or_embeddings(rows):
    texts = [["no", "yes"][int(x > 0)] for x in rows[0][:, 0]]
    with pytest.raises(TypeError, match=r"give embeddings=\(e1, e2\)"):
        asked(lambda a, b: a, texts, rows[1], design="permutation")
    found = asked(
        lambda a, b: a,
        texts,
        rows[1],
        design="permutation",
        embeddings=rows,
    )
    assert found.use[0] > 0.9
    with pytest.raises(ValueError, match=r"embeddings\[1\]: expected the same number"):
        asked(one_hot, *rows, design="permutation", embeddings=(rows[0], rows[1][:9]))


def test_tensors_and_frames_are_indexed_by_rows(rows):
    pandas = pytest.importorskip("pandas")
    frames = [pandas.DataFrame(x, columns=["u", "v"]) for x in rows]
    found = asked(lambda a, b: (a["u"] > 0).to_numpy(), *frames)
    assert found.result == asked(lambda a, b: a[:, 0] > 0, *rows).result
    torch = pytest.importorskip("torch")
    tensors = [torch.tensor(x) for x in rows]
    found = asked(lambda a, b: torch.softmax(a + b, 1), *tensors)
    assert 0.2 < found.use[0] < 0.8


def test_a_model_that_always_says_the_same_uses_nothing(rows):
    for answer in (lambda a, b: np.zeros(len(a), int), lambda a, b: np.full((len(a), 2), 0.5)):
        for design in ("grid", "permutation"):
            found = asked(answer, *rows, design=design)
            assert np.isnan(found.use).all()
            assert found.result.mi_joint == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("some", [1, 4])
def test_a_class_of_few_rows_is_no_reason_to_fail(some, rows):
    least = np.sort(rows[0][:, 0])[-some]
    found = asked(lambda a, b: a[:, 0] >= least, *rows, design="permutation")
    assert found.use[0] > 0.9
    assert found.use_interval[0][1] > 0.95


def test_numbers_of_rows_may_differ_in_a_grid(rows):
    found = asked(one_hot, rows[0], rows[1][:11])
    assert found.partners[1] > found.partners[0]
    assert found.use[0] == pytest.approx(1, abs=0.02)


@pytest.mark.parametrize(
    ("options", "kind", "said"),
    [
        ({"design": "cross"}, ValueError, "design"),
        ({"n_calls": 0}, ValueError, "n_calls"),
        ({"batch_size": 0}, ValueError, "batch_size"),
        ({"confidence_level": 2}, ValueError, "confidence_level"),
        ({"estimator": "slow"}, ValueError, "estimator"),
        ({"embeddings": "x", "design": "permutation"}, TypeError, "embeddings"),
    ],
)
def test_wrong_options_are_refused(options, kind, said, rows):
    with pytest.raises(kind, match=said):
        asked(one_hot, *rows, **options)
    with pytest.raises(TypeError, match="predict: expected a function"):
        asked(None, *rows)


def test_pictures_and_pages_show_both_shares(rows):
    pytest.importorskip("matplotlib")
    found = asked(lambda a, b: a[:, 0] > 0, *rows)
    ax = found.plot(source_names=("image", "text"))
    assert [text.get_text() for text in ax.texts] == ["image 100\N{NO-BREAK SPACE}%"]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["atoms", "use"]
    pytest.importorskip("jinja2")
    page = found.to_html(source_names=("image", "text"))
    assert "what the model uses of it" in page
    frame = pytest.importorskip("pandas") and found.to_frame()
    assert frame[frame.what == "use"].value.tolist() == list(found.use)
