# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The examples run, and their records say what they were made with and add up."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys

import numpy as np
import pytest

from tests.support.paths import ROOT

EXAMPLES = ROOT / "examples"

if not (EXAMPLES / "fusion_ablation.py").exists():
    pytest.skip("the examples folder is not here", allow_module_level=True)
pytest.importorskip("torch")
pytest.importorskip("matplotlib")

ATOMS = ("redundancy", "unique1", "unique2", "synergy")
FUSIONS = ("concat", "symmetric", "x1_asks", "x2_asks", "x1_asks_bare", "x2_asks_bare")


@pytest.fixture
def module(monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLES))
    return importlib.import_module


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    """(folder, printed text, record) of the quick study, run as a user does."""
    folder = tmp_path_factory.mktemp("fusion")
    command = [sys.executable, EXAMPLES / "fusion_ablation.py", "--quick", "--output", folder]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("\n") == 2, done.stderr  # the files it wrote, and no warning
    return folder, done.stdout, json.loads((folder / "fusion_ablation.json").read_text())


# -- the quick study -------------------------------------------------------------------


def test_record_says_what_it_was_made_with(quick):
    _, _, record = quick
    assert record["command"].startswith("python examples/fusion_ablation.py --quick")
    assert record["versions"].keys() >= {"python", "fourfold", "torch", "numpy", "scikit-learn"}
    assert record["machine"]["cpus"] >= 1
    assert record["settings"]["seeds"] == [0, 1]
    assert record["seconds"] > 0


def test_controls_are_seen_to_lean(quick):
    networks = quick[2]["data"][0]["networks"]
    for name, share in (("only_x1", 1), ("only_x2", 0)):
        network = networks[name]
        assert network["recombined"]["contribution1"]["value"] == pytest.approx(share, abs=0.2)
        assert network["followed"]["share1"] == pytest.approx([share] * 2, abs=0.2)
    first, second = (
        networks[name]["as_is"]["contribution1"] for name in ("only_x1", "only_x2")
    )
    assert first["value"] > second["value"] + 0.1


def test_networks_learn_with_as_many_parameters(quick):
    networks = quick[2]["data"][0]["networks"]
    sizes = [networks[name]["parameters"] for name in FUSIONS]
    assert max(sizes) < 1.05 * min(sizes)
    for name in networks:
        assert min(networks[name]["accuracy"]) > 0.3, name  # guessing: 0.1


def test_atoms_add_up_and_lie_in_their_intervals(quick):
    data = quick[2]["data"][0]
    for name, network in data["networks"].items():
        for kind in ("as_is", "soft", "recombined", "encoders"):
            if kind not in network:
                assert (kind, name[:4]) == ("encoders", "only")
                continue
            atoms = network[kind]["atoms"]
            total = sum(atoms[atom]["value"] for atom in ATOMS)
            assert total == pytest.approx(network[kind]["mi_joint"], abs=1e-4)
            for found in (*atoms.values(), network[kind]["contribution1"]):
                assert found["low"] <= found["value"] <= found["high"]
                assert found["value"] == pytest.approx(np.mean(found["by_seed"]), abs=1e-5)


def test_differences_are_those_of_the_contributions(quick):
    data = quick[2]["data"][0]
    for pair in data["differences"]:
        one, other = (data["networks"][pair[side]] for side in ("of", "minus"))
        for kind in ("as_is", "soft", "recombined", "encoders"):
            apart = one[kind]["contribution1"]["value"] - other[kind]["contribution1"]["value"]
            assert pair[kind]["value"] == pytest.approx(apart, abs=1e-5)


def test_report_needs_the_record_only(quick, tmp_path, module, capsys):
    folder, printed, _ = quick
    module("fusion_ablation").main(
        ["--from", str(folder / "fusion_ablation.json"), "--output", str(tmp_path)]
    )
    assert capsys.readouterr().out == printed
    for place in (folder, tmp_path):
        assert (place / "fusion-ablation.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("seeds", ["1", "no"])
def test_seeds_have_to_be_several(seeds, module, capsys):
    with pytest.raises(SystemExit):
        module("fusion_ablation").main(["--seeds", seeds])
    assert "--seeds" in capsys.readouterr().err


# -- its parts -------------------------------------------------------------------------


def test_networks_read_what_their_name_says(module):
    torch, networks = module("torch"), module("fusion_networks")
    torch.manual_seed(0)
    one, two, other = torch.randn(3, 5, 4, 8)
    for name in networks.NAMES:
        network = networks.FusionNetwork(name, 4, 8, 10)
        logits = network(one, two)
        assert logits.shape == (5, 10)
        reads1 = not torch.equal(logits, network(other, two))
        reads2 = not torch.equal(logits, network(one, other))
        assert (reads1, reads2) == (name != "only_x2", name != "only_x1"), name


def test_members_of_an_ensemble_are_trained_apart(module):
    networks = module("fusion_networks")
    networks.set_up_torch()
    rng = np.random.default_rng(0)
    x1, x2 = rng.standard_normal((2, 2, 40, 8))
    y = rng.integers(3, size=(2, 40))
    training = networks.Training(steps=5, batch=8)

    def trained(members):
        ensemble = networks.Ensemble("symmetric", 2, 4, 3, [7 + member for member in members])
        before = ensemble.probabilities(x1[members], x2[members])
        ensemble.train(x1[members], x2[members], y[members], training, lambda: None)
        return before, ensemble.probabilities(x1[members], x2[members])

    before, both = trained([0, 1])
    assert np.abs(both - before).max() > 0.01
    for member in (0, 1):
        assert np.abs(trained([member])[1][0] - both[member]).max() < 1e-4


def test_rows_are_recombined_within_their_fold(module):
    study = module("fusion_study")
    (task,) = study.tasks(study.Settings(rows=101, data=("digits",)))
    plan = study.design(task, seed=3, clusters=2)
    rows = np.arange(101)
    assert np.array_equal(np.sort(plan.partner), rows)
    assert not (plan.partner == rows).any()
    assert np.array_equal(plan.fold[plan.partner], plan.fold)
    assert abs(np.bincount(plan.fold) - 50.5).max() == 0.5


def test_answers_are_of_networks_that_have_not_seen_the_row(module):
    study, networks = module("fusion_study"), module("fusion_networks")
    (task,) = study.tasks(study.Settings(rows=61, data=("digits",)))
    plan = study.design(task, seed=0, clusters=2)
    changed = task.y.copy()
    changed[plan.fold == 1] = (changed[plan.fold == 1] + 1) % 10  # what fold 0 is answered by
    found = [
        study.answers(
            study.dataclasses.replace(task, y=labels),
            "concat",
            [plan],
            networks.Training(steps=3, batch=8),
            lambda: None,
        )[0][0].as_is
        for labels in (task.y, changed)
    ]
    same = np.isclose(*found, atol=1e-6).all(1)
    assert same[plan.fold == 1].all()
    assert not same[plan.fold == 0].any()


def test_intervals_hold_sampling_and_seeds(module):
    study = module("fusion_study")
    values = np.array([0.4, 0.6])
    found = study.interval_over_seeds(values, values - 0.3, values + 0.1, of_mean=False)
    over_seeds = 1.959964**2 * 0.02
    assert found["value"] == pytest.approx(0.5)
    assert found["low"] == pytest.approx(0.5 - np.sqrt(0.09 + over_seeds))
    assert found["high"] == pytest.approx(0.5 + np.sqrt(0.01 + over_seeds))
    of_mean = study.interval_over_seeds(values, values, values, of_mean=True)
    assert of_mean["high"] == pytest.approx(0.5 + 12.7062 * np.sqrt(0.02 / 2))
    unknown = study.interval_over_seeds(
        np.array([np.nan]), values[:1], values[:1], of_mean=True
    )
    assert unknown == {"value": None, "low": None, "high": None, "by_seed": [None]}


# -- what is recorded ------------------------------------------------------------------


def test_page_shows_the_recorded_tables(module):
    record = json.loads((EXAMPLES / "results" / "fusion_ablation.json").read_text())
    page = (ROOT / "docs" / "fusion-study.md").read_text(encoding="utf-8")
    assert module("fusion_report").markdown(record) in page
    (figure,) = re.findall(r"!\[[^\]]{40,}\]\((images/[^)]+)\)", page)
    assert (ROOT / "docs" / figure).exists()
