# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What notebooks show: the tables of a page with its warnings, by no other package."""

from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser

import numpy as np
import pytest

import fourfold as ff

pytestmark = [
    pytest.mark.cpu_only,
    pytest.mark.filterwarnings("ignore::fourfold.UndersampledWarning"),
]


class Nested(HTMLParser):
    """Reads HTML, and fails where tags are not nested."""

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.words = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, _):
        self.open.append(tag)
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    y = rng.integers(3, size=300)
    x1, x2 = (np.where(rng.random(300) < 0.7, y, rng.integers(3, size=300)) for _ in "12")
    return x1, x2, y


def results(rows):
    x1, x2, y = rows
    one_hot = np.eye(3)[x1], np.eye(3)[x2], y
    a, b = (ff.pid(x1, x, y, n_resamples=25) for x in (x2, x1))
    joint = 0.9 * np.eye(3)[y] + 0.1 / 3
    few = {"n_seeds": 1, "n_resamples": 0}
    return {
        "redundancy (R)": a,
        "difference": ff.compare(a, b),
        "plug": ff.permutation_test(x1, x2, y, n_permutations=19),
        "|bias|": ff.cluster_sweep(*one_hot, (2, 3), **few),
        "noise": ff.noise_sweep(*one_hot, (0, 1), n_clusters=3, **few, estimator="kmeans"),
        "layer": ff.layer_profile(
            {"<b>": one_hot[0]}, *one_hot[1:], n_clusters=3, **few, estimator="kmeans"
        ),
        "data set": ff.dataset_profile(
            {"<i>": one_hot}, n_clusters=3, **few, estimator="kmeans"
        ),
        "stratum": ff.conditional_pid(x1, x2, y, given=np.arange(300) % 2),
        "distance": ff.decision_pid(joint, joint, joint),
        "accuracy": ff.ablation_report(
            (lambda x1, _: x1.argmax(1), *one_hot), n_clusters=3, **few, estimator="kmeans"
        ),
    }


def test_every_result_has_its_tables(rows):
    for head, result in results(rows).items():
        page = Nested(result._repr_html_())
        assert page.tags.count("table") >= 1, head
        assert not {"b", "i", "svg", "script", "html"} & set(page.tags)
        assert "nan" not in page.words
        found = any(head in word for word in page.words) or head == "plug"
        assert found, head
    assert "value as counted" in results(rows)["plug"]._repr_html_()


def test_what_has_no_page_has_its_fields(rows):
    x1, x2, y = rows
    result = ff.pid(x1, x2, y)
    rng = np.random.default_rng(0)
    a, b = rng.standard_normal((2, 100, 1))
    decoded = ff.ClassifierPID("fast").fit(a, b, (a[:, 0] > 0).astype(int)).result_
    parts = ff.pointwise(result, x1, x2, y)
    shown = {
        "unique1": parts, "weights": ff.sample_weights(parts), "low: redundancy": result.confidence_interval,
        "redundancy": decoded.outer_bounds, "labels": ff.Counts.from_labels(x1, x2, y),
        "edges": ff.bin_target(a[:, 0], 4),
        "adjusted p": ff.permutation_test(x1, x2, y, ["mi1", "mi2"], n_permutations=19),
    }  # fmt: skip
    for head, value in shown.items():
        page = Nested(value._repr_html_())
        assert page.tags.count("table") == 1, head
        assert any(head in word for word in page.words), head
        assert not {"b", "i"} & set(page.tags)


def test_warnings_stand_with_the_numbers():
    rng = np.random.default_rng(1)
    result = ff.pid(*rng.integers(0, 9, (2, 60)), rng.integers(0, 4, 60))
    assert "<strong>Warning</strong> Undersampled: 60 samples" in result._repr_html_()


def test_a_batch_is_shown_as_text():
    batch = ff.decompose_many([ff.gates.XOR.pmf, ff.gates.AND.pmf])
    assert batch._repr_html_() is None


def test_no_other_package_is_needed():
    code = (
        "import sys; sys.modules['matplotlib'] = sys.modules['jinja2'] = None\n"
        "import fourfold as ff\n"
        "print(ff.decompose(ff.gates.AND.pmf)._repr_html_().count('<table>'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout == "1\n"
