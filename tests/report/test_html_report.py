# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Pages: well-formed, of one file, with every number and every warning, and no name as markup."""

from __future__ import annotations

import dataclasses
import importlib.util
import re
from html.parser import HTMLParser

import numpy as np
import pytest

import fourfold as ff
from fourfold.report.html_report import html_report
from tests.support.plug_in import plug_in

pytestmark = [pytest.mark.cpu_only, pytest.mark.usefixtures("one_thread")]

VOID = {"meta", "br", "hr", "img", "input", "link"}
#: What may stand in an attribute that a browser would otherwise load.
WITHIN = re.compile(r"#[\w-]+")
NAMESPACES = {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
DATE = re.compile(r"<time .*?</time>", re.DOTALL)


class Page(HTMLParser):
    """Reads a page, and fails where tags are not nested or something would be loaded."""

    def __init__(self, text):
        super().__init__()
        self.alert = None  # how deep one is, within it
        self.open, self.ids, self.links, self.tags = [], [], [], []
        self.tables, self.alerts, self.labels, self.words = [], [], [], []
        self.feed(text)
        self.close()
        assert self.open == []
        assert len(set(self.ids)) == len(self.ids)
        assert {link[1:] for link in self.links} <= set(self.ids)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name in {"src", "href", "xlink:href", "srcset", "data", "action", "poster"}:
                assert WITHIN.fullmatch(value), f"{tag} {name}={value}"
                self.links.append(value)
            elif name == "id":
                self.ids.append(value)
            elif name == "aria-label":
                self.labels.append(value)
            elif name == "class" and "alert" in value.split():
                self.alerts.append("")
                self.alert = len(self.open)
            assert not name.startswith("on")
            if "://" in value:
                assert value in NAMESPACES
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in {"th", "td"}:
            self.tables[-1][-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
        if self.alert is not None and len(self.open) < self.alert:
            self.alert = None

    def handle_data(self, data):
        if "style" in self.open:
            assert "url(" not in data
            assert "@import" not in data
            return
        self.words.append(data)
        if self.open[-1:] != ["small"] and {"th", "td"} & set(self.open):
            self.tables[-1][-1][-1] += data.strip()
        elif "small" in self.open:
            self.tables[-1][-1][-1] += f" {data.strip()}"
        if self.alert is not None and len(self.open) >= self.alert:
            self.alerts[-1] += data

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def rows(self, k=0):
        """Rows of table k by the text of their heads, cells by those of the columns."""
        columns = self.tables[k][0][1:]
        return {row[0]: dict(zip(columns, row[1:], strict=True)) for row in self.tables[k][1:]}


def number(text):
    return float(text.replace("\N{MINUS SIGN}", "-"))


def ends(text):
    return [number(end) for end in text.split(" to ")]


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 400)
    return *(np.eye(3)[y] + 0.6 * rng.normal(size=(400, 3)) for _ in range(2)), y


@pytest.fixture(scope="module")
def labels(data):
    return data[0].argmax(1), data[1].argmax(1), data[2]


@pytest.fixture(scope="module")
def result(labels):
    return ff.pid(*labels, n_resamples=50)


@pytest.fixture(scope="module")
def tests(labels):
    return ff.permutation_test(*labels, ["synergy", "mi1"], n_permutations=119)


@pytest.fixture(scope="module")
def sweep(data):
    return ff.cluster_sweep(*data, (3, 60), n_seeds=2, n_resamples=25)


# -- a decomposition -------------------------------------------------------------------


def test_page_of_a_decomposition_has_its_numbers(result):
    page = Page(result.to_html(source_names=("image", "text"), target_name="answer"))
    rows = page.rows()
    names = ["redundancy (R)", "unique to image (U1)", "unique to text (U2)", "synergy (S)"]
    assert list(rows)[:4] == names
    interval = result.confidence_interval
    for k, name in enumerate(names):
        row = rows[name]
        assert number(row["value"]) == pytest.approx(result.atoms[k], abs=5e-5)
        bounds = [result.lower[k], result.upper[k]]
        assert ends(row["certified bounds"]) == pytest.approx(bounds, abs=5e-7)
        assert number(row["estimated bias"]) == pytest.approx(result.bias[k], abs=5e-5)
        assert ends(row["95\N{NO-BREAK SPACE}% interval"]) == pytest.approx(
            [interval.low[k], interval.high[k]], abs=5e-5
        )
    for name, value in (
        ("I(image, text; answer)", result.mi_joint),
        ("I(image; answer)", result.mi1),
        ("I(text; answer)", result.mi2),
    ):
        assert number(rows[name]["value"]) == pytest.approx(value, abs=5e-5)
    shares = [rows[name]["contribution"] for name in names]
    assert shares[0] == shares[3] == ""
    for share, expected, span in zip(
        shares[1:3], result.contributions(), interval.contributions, strict=True
    ):
        percent, _, words = share.partition("%")
        assert number(percent.strip()) == pytest.approx(100 * expected, abs=0.05)
        assert ends(words) == pytest.approx(span, abs=0.005)
    assert page.tags.count("svg") == 1
    assert "metadata" not in page.tags
    assert page.tags.count("style") == 1
    assert f"redundancy {result.redundancy:.4f}" in page.labels[1]
    assert "400 samples" in page.text
    assert "No warnings." in page.text
    assert page.alerts == []


def test_bias_of_informations_is_that_of_their_atoms(result):
    rows = Page(result.to_html()).rows()
    bias = result.bias
    for name, expected in (
        ("I(X1, X2; Y)", sum(bias)),
        ("I(X1; Y)", bias.redundancy + bias.unique1),
        ("I(X2; Y)", bias.redundancy + bias.unique2),
    ):
        assert number(rows[name]["estimated bias"]) == pytest.approx(expected, abs=5e-5)


def test_shares_in_words():
    page = Page(ff.decompose(ff.gates.XOR.pmf).to_html())
    assert "Together, X1 and X2 tell 1.0000 bits about Y" in page.text
    assert "100 % only both together" in page.text
    assert "not known" in page.rows()["unique to X1 (U1)"]["contribution"]
    assert "estimated bias" not in page.tables[0][0]


def test_no_shares_where_an_atom_is_negative(result):
    page = Page(dataclasses.replace(result, synergy=-0.01).to_html())
    assert "only both together" not in page.text.partition("How to read")[0]
    assert page.rows()["synergy (S)"]["value"] == "\N{MINUS SIGN}0.0100"


def test_what_is_not_known_is_said_to_be():
    p = np.full((2, 2), 0.25)
    page = Page(ff.decompose_marginals(p, p).to_html())
    assert page.rows()["synergy (S)"]["value"] == "not known"
    assert "Only the pairs of each source with Y are known" in page.text
    assert "nan" not in page.text.lower().split()


# -- warnings --------------------------------------------------------------------------


def test_undersampled_is_warned_of():
    rng = np.random.default_rng(1)
    with pytest.warns(ff.UndersampledWarning):
        result = plug_in(*rng.integers(0, 9, (2, 60)), rng.integers(0, 4, 60))
    page = Page(result.to_html())
    assert "Undersampled: 60 samples" in page.alerts[-1]
    assert "Not corrected: the bias is still in the values" in page.alerts[-1]
    assert "No warnings." not in page.text
    assert "#section0" in page.links


def test_bias_left_in_is_warned_of_where_it_is_large(labels):
    plain = plug_in(*labels)
    assert Page(plain.to_html()).alerts == []
    biased = dataclasses.replace(plain, bias=ff.Atoms(-0.1, 0.1, 0.0, 0.05))
    assert plain.mi_joint < 10 * 0.25
    assert "an estimated bias of 0.250 bits" in Page(biased.to_html()).alerts[-1]
    corrected = dataclasses.replace(biased, bias_correction="chao")
    assert Page(corrected.to_html()).alerts == []


def test_unfinished_is_warned_of(labels):
    with pytest.warns(ff.ConvergenceWarning):
        result = ff.pid(*labels, max_iter=1, tol=1e-12)
    (_, alert) = Page(result.to_html()).alerts
    assert f"Not converged: the certified gap is {result.gap:.1e} bits" in alert


def test_settings_are_warned_of_and_flagged(sweep):
    assert sweep.undersampled.tolist() == [False, True]
    page = Page(sweep.to_html())
    assert "Undersampled (clusters: 60)" in page.alerts[-1]
    rows = page.rows()
    assert rows["3"]["flags"] == "recommended"
    assert rows["60"]["flags"] == "undersampled"


def test_unfinished_fits_are_counted(data):
    with pytest.warns(ff.ConvergenceWarning):
        sweep = ff.noise_sweep(
            *data,
            (0, 1),
            n_clusters=3,
            n_seeds=2,
            n_resamples=0,
            max_iter=1,
            tol=1e-12,
            estimator="kmeans",
        )
    page = Page(sweep.to_html())
    assert "Not converged: 4 of 4 fits" in page.alerts[-1]
    assert page.rows()["0"]["flags"] == "2 not converged"


# -- sweeps, tests, comparisons --------------------------------------------------------


def check_settings(page, sweep, labels):
    rows = page.rows()
    assert list(rows) == labels
    for k, row in enumerate(rows.values()):
        columns = ("redundancy", "unique to X1", "unique to X2", "synergy")
        for values, low, high, column in zip(
            sweep.atoms, sweep.low, sweep.high, columns, strict=True
        ):
            value, span = row[column].split(" ", 1)
            assert number(value) == pytest.approx(values[k], abs=5e-5)
            assert ends(span) == pytest.approx([low[k], high[k]], abs=5e-4)
        assert number(row["sum"]) == pytest.approx(sweep.mi_joint[k], abs=5e-5)
        share = row["U1 / (U1\N{NO-BREAK SPACE}+\N{NO-BREAK SPACE}U2)"].partition("%")[0]
        assert number(share) == pytest.approx(100 * sweep.contributions[k, 0], abs=0.05)
        bias = np.abs(sweep.bias).sum(0)[k]
        expected = "not known" if np.isnan(bias) else f"{bias:.4f}"
        assert row["|bias|"] == expected


def test_sweep_of_clusters_has_its_numbers(sweep):
    page = Page(sweep.to_html())
    check_settings(page, sweep, ["3", "60"])
    assert sweep.reason in page.text
    assert "samples" not in page.tables[0][0]


def test_profiles_have_their_numbers(data):
    x1, x2, y = data
    options = {"n_clusters": 3, "n_seeds": 1, "n_resamples": 25}
    profile = ff.layer_profile(
        {"in": x1, "<out>": 0.5 * x1 + x2}, x2, y, **options, estimator="kmeans"
    )
    check_settings(Page(profile.to_html()), profile, ["in", "<out>"])
    subsets = {"all": data, "half": (x1[:200], x2[:200], y[:200])}
    profile = ff.dataset_profile(subsets, **options, estimator="kmeans")
    page = Page(profile.to_html())
    check_settings(page, profile, ["all", "half"])
    assert [row["samples"] for row in page.rows().values()] == ["400", "200"]


def test_several_results_on_one_page(result, tests, sweep, labels):
    x1, x2, y = labels
    first = ff.pid(x1, np.roll(x2, 1), y, n_resamples=50)
    second = ff.pid(np.roll(x1, 1), x2, y, n_resamples=50)
    comparison = ff.compare(first, second)
    results = {
        "Labels": result,
        "Chance": tests,
        "Clusters": sweep,
        "X1 alone minus X2 alone": comparison,
    }
    page = Page(html_report(results))
    for k, heading in enumerate(results):
        assert f"#section{k}" in page.links
        assert heading in page.text
    assert page.tags.count("svg") == 2
    adjusted = ff.adjust_pvalues([*tests.values(), comparison])
    rows = page.rows(1)
    for (name, test), p in zip(tests.items(), adjusted[:2], strict=True):
        row = rows["synergy (S)" if name == "synergy" else name]
        assert number(row["value as counted"]) == pytest.approx(test.statistic, abs=5e-5)
        assert number(row["p"]) == pytest.approx(test.pvalue, abs=5e-5)
        assert number(row["adjusted p"]) == pytest.approx(p, abs=5e-5)
        assert row["null hypothesis"] == test.null
    for part in tests["synergy"].parts():
        assert f"Of the synergy: {part}." in page.text
    rows = page.rows(3)
    value = rows["synergy (S)"]
    assert number(value["difference"]) == pytest.approx(comparison.difference.synergy, abs=5e-5)
    assert number(value["adjusted p"]) == pytest.approx(adjusted[2].synergy, rel=0.5, abs=5e-5)
    share = number(rows["contribution of X1 (no unit)"]["difference"])
    assert share == pytest.approx(comparison.contribution1[0], abs=5e-5)


# -- the page --------------------------------------------------------------------------


def test_names_are_text(result, tests):
    bad = "<b>&\"'</b><script>alert(1)</script>"
    text = html_report(
        {bad: result, "tests": tests},
        title=bad,
        source_names=(bad, r"--><i> $\no$"),
        target_name=bad,
        data={bad: bad},
        parameters={bad: {bad: bad}, "plain": bad},
    )
    page = Page(text)
    assert not {"script", "b", "i"} & set(page.tags)
    assert page.text.count(bad) >= 8
    assert any(bad in label for label in page.labels)


def test_parameters_data_and_versions(result):
    page = Page(
        html_report(
            {"one": result},
            data={"rows": (400, 3)},
            parameters={"K": 8, "PIDEstimator": {"preprocess": "l2", "n_clusters": (8, 4)}},
        )
    )
    details = page.text.partition("Data, parameters, versions Data")[2]
    for words in ("rows 400, 3", "K 8", "PIDEstimator preprocess l2 n_clusters 8, 4"):
        assert words in details
    for name, value in ff.show_config().items():
        shown = ", ".join(value) if isinstance(value, list) else str(value)
        assert f"{name} {shown}" in details


def test_the_same_input_gives_the_same_bytes(result, sweep):
    results = {"one": result, "two": sweep, "three": result}
    first, again = (html_report(results) for _ in range(2))
    assert len(DATE.findall(first)) == 1
    assert DATE.sub("", first) == DATE.sub("", again)


def test_page_is_written_as_it_is_returned(tmp_path, result):
    path = tmp_path / "page.html"
    text = result.to_html(path, title="Größe \N{GREEK SMALL LETTER MU}")
    assert path.read_bytes().decode("utf-8") == text
    assert '<meta charset="utf-8">' in text
    assert "<h1>Größe \N{GREEK SMALL LETTER MU}</h1>" in text


def test_pyplot_stays_as_it_was(result):
    import matplotlib as mpl  # noqa: PLC0415

    before = dict(mpl.rcParams)
    result.to_html()
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize(
    ("results", "error", "words"),
    [
        ({}, ValueError, "results: expected at least one"),
        ([1], TypeError, "results: expected a mapping"),
        ({"a": 3}, TypeError, r"results\['a'\]: expected a PID, .* got int"),
        ({"a": {}}, TypeError, r"results\['a'\]: expected a PID, .* got dict"),
    ],
)
def test_what_is_no_result(results, error, words):
    with pytest.raises(error, match=words):
        html_report(results)


def test_batches_and_names_are_refused(result):
    batch = ff.decompose_many([ff.gates.XOR.pmf, ff.gates.AND.pmf])
    with pytest.raises(ValueError, match=r"got a batch of shape \(2,\); index it"):
        batch.to_html()
    for names in ("ab", ("one",)):
        with pytest.raises(ValueError, match="source_names: expected two names"):
            result.to_html(source_names=names)


@pytest.mark.parametrize("missing", ["jinja2", "matplotlib"])
def test_what_is_not_installed_is_named(result, monkeypatch, missing):
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == missing else found(name)
    )
    with pytest.raises(ImportError, match=r"pip install 'fourfold\[report\]'"):
        result.to_html()
