# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The examples run, and their records say what they were made with and add up."""

from __future__ import annotations

import importlib
import json
import re
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest

from tests.support.paths import ROOT

EXAMPLES = ROOT / "examples"

if not (EXAMPLES / "fusion_ablation.py").exists():
    pytest.skip("the examples folder is not here", allow_module_level=True)
pytest.importorskip("torch")
pytest.importorskip("matplotlib")

ATOMS = ("redundancy", "unique1", "unique2", "synergy")
KINDS = ("class", "encoders", "recombined")
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
        used = networks[name]["recombined"]
        for found in (used["contribution1"], used["share1"], networks[name]["followed"]):
            assert found["by_seed"] == pytest.approx([share] * 2, abs=0.2)
    first, second = (
        networks[name]["class"]["contribution1"] for name in ("only_x1", "only_x2")
    )
    assert first["value"] > second["value"] + 0.1


def test_networks_learn(quick):
    for name, network in quick[2]["data"][0]["networks"].items():
        assert min(network["accuracy"]) > 0.75, name  # always the commoner: 0.6


def test_atoms_add_up_and_shares_lie_in_their_intervals(quick):
    data = quick[2]["data"][0]
    for name, network in data["networks"].items():
        for kind in KINDS:
            if kind not in network:
                assert (kind, name[:4]) == ("encoders", "only")
                continue
            total = sum(network[kind][atom] for atom in ATOMS)
            assert total == pytest.approx(network[kind]["mi_joint"], abs=1e-3)
            for what in ("contribution1", "share1"):
                found = network[kind][what]
                if found["value"] is None:  # no unique atom is told from zero
                    assert (kind, what) == ("recombined", "contribution1")
                    continue
                assert found["low"] <= found["value"] <= found["high"]
                known = [value for value in found["by_seed"] if value is not None]
                assert found["value"] == pytest.approx(np.mean(known), abs=1e-5)


def test_differences_are_those_of_the_contributions(quick):
    data = quick[2]["data"][0]
    for pair in data["differences"]:
        one, other = (data["networks"][pair[side]] for side in ("of", "minus"))
        for kind in KINDS:
            for what in ("contribution1", "share1"):
                if None in (one[kind][what]["by_seed"] + other[kind][what]["by_seed"]):
                    continue
                apart = one[kind][what]["value"] - other[kind][what]["value"]
                assert pair[kind][what]["value"] == pytest.approx(apart, abs=1e-5)


def test_of_nothing_the_tokens_of_a_sample_make_something(quick):
    null = quick[2]["null"]
    for kind in ("tokens", "image_only"):
        assert null[kind]["8"]["atoms"]["redundancy"] == pytest.approx(3, abs=1e-3)
        assert null[kind]["16"]["atoms"]["unique1"] > 0.3
    assert null["labels"]["16"]["undersampled"] == 1


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


def test_fusions_have_about_as_many_parameters(module):
    networks = module("fusion_networks")
    sizes = [networks.FusionNetwork(name, 4, 8, 10).used_parameters() for name in FUSIONS]
    assert max(sizes) < 1.05 * min(sizes)


def test_members_of_an_ensemble_are_trained_apart(module):
    networks = module("fusion_networks")
    networks.set_up_torch()
    rng = np.random.default_rng(0)
    x1, x2 = rng.standard_normal((2, 2, 40, 8))
    y = rng.integers(3, size=(2, 40))
    training = networks.Training(steps=5, batch=8)

    def trained(members):
        ensemble = networks.Ensemble("symmetric", 2, 4, 3, [7 + member for member in members])
        before = said(ensemble, members)
        ensemble.train(x1[members], x2[members], y[members], training, lambda: None)
        return before, said(ensemble, members)

    def said(ensemble, members):
        places = enumerate(members)
        return np.stack([ensemble.probabilities(k, x1[data], x2[data]) for k, data in places])

    before, both = trained([0, 1])
    assert np.abs(both - before).max() > 0.01
    for member in (0, 1):
        assert np.abs(trained([member])[1][0] - both[member]).max() < 1e-4


def test_rows_are_recombined_within_their_fold(module):
    study = module("fusion_study")
    (task,) = study.tasks(study.Settings(rows=101, data=("digits",)))
    plan = study.design(task, seed=3)
    rows = np.arange(101)
    assert np.array_equal(np.sort(plan.partner), rows)
    assert not (plan.partner == rows).any()
    assert np.array_equal(plan.fold[plan.partner], plan.fold)
    assert abs(np.bincount(plan.fold) - 50.5).max() == 0.5


def test_answers_are_of_networks_that_have_not_seen_the_row(module):
    study, networks = module("fusion_study"), module("fusion_networks")
    (task,) = study.tasks(study.Settings(rows=61, data=("digits",)))
    plan = study.design(task, seed=0)
    changed = task.y.copy()
    changed[plan.fold == 1] = (changed[plan.fold == 1] + 1) % 10  # what fold 0 is answered by
    training = networks.Training(steps=3, batch=8)
    found = []
    for labels in (task.y, changed):
        other = study.dataclasses.replace(task, y=labels)
        (of_seed,), _ = study.trained(other, "concat", [plan], training, lambda: None)
        found.append(study.answers(task, of_seed))
    same = np.isclose(*found, atol=1e-6).all(1)
    assert same[plan.fold == 1].all()
    assert not same[plan.fold == 0].any()


def test_intervals_hold_sampling_and_seeds(module):
    profiles = module("fusion_profiles")
    values, added = np.array([0.4, 0.6]), np.tile([0.3, -0.3], (2, 50))
    seeds = 12.7062 * np.sqrt(0.02 / 2)  # Student's t of one degree of freedom
    alone = profiles.over_seeds(profiles.Seeds(values / 10))
    assert alone["high"] == pytest.approx(0.05 + seeds / 10)
    both = profiles.over_seeds(profiles.Seeds(values / 10, added))
    sampling = 1.58 * 1.959964 * 0.3 / 10
    assert both["high"] == pytest.approx(0.05 + np.hypot(seeds / 10, sampling))
    unknown = profiles.over_seeds(profiles.Seeds(np.array([np.nan])))
    assert unknown == {"value": None, "low": None, "high": None, "by_seed": [None]}


def test_what_a_row_adds_is_how_the_share_would_move(module):
    """Against differences: one row counted a little more."""
    profiles = module("fusion_profiles")
    informations = np.array([0.5, 0.4, 0.8, 0.6])

    def atoms(of):
        one, two, joint, union = of
        names = {"mi1": one, "mi2": two, "mi_joint": joint, "confidence_interval": None}
        return SimpleNamespace(unique1=union - two, unique2=union - one, **names)

    for quantity in (profiles.contribution1, profiles.share1):
        value, slopes = quantity(atoms(informations))
        moved = [
            (quantity(atoms(informations + 1e-6 * step))[0] - value) / 1e-6
            for step in np.eye(4)
        ]
        np.testing.assert_allclose(slopes, moved, atol=1e-4)


def test_answers_to_perturbed_inputs_stay_as_they_are(module, monkeypatch):
    study = module("fusion_study")
    (task,) = study.tasks(study.Settings(data=("breast_cancer",)))
    seen = []

    def decoded(_, one, two, answer, seed):
        seen.append((np.abs(one - task.x1).max(), np.abs(two - task.x2).max()))
        assert answer is task.y
        return SimpleNamespace(contributions=lambda: (seed, 1 - seed))

    monkeypatch.setattr(study, "decoded", decoded)
    record = study.perturbed(task, task.y, study.Settings())
    assert record["classifiers"] == [[0, 1]] * 3
    assert seen[:2] == [(0, 0)] * 2
    assert min(seen[2]) > 0


# -- what is recorded ------------------------------------------------------------------


def test_page_shows_the_recorded_tables(module):
    record = json.loads((EXAMPLES / "results" / "fusion_ablation.json").read_text())
    page = (ROOT / "docs" / "fusion-study.md").read_text(encoding="utf-8")
    assert module("fusion_report").markdown(record) in page
    (figure,) = re.findall(r"!\[[^\]]{40,}\]\((images/[^)]+)\)", page)
    assert (ROOT / "docs" / figure).exists()
