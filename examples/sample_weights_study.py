# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Do weights by what each row adds to the atoms help a model, and beside which other weights?

Four kinds of data, in which the answer can be yes or must be no; two models; weights of Fang et
al. (2026) from the posteriors of classifiers, of labels and of answers, and of the same sizes at random, by how hard a row is, and
by how much its answer hangs on the first input. Prints a table and writes
``results/sample_weights.json``; see docs/training.md.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

import fourfold as ff

warnings.simplefilter("ignore")  # of models that have not converged, as is usual in training

ROWS, TEST_ROWS, SEEDS = 1000, 4000, 10
SHARES = (0.1, 0.3)
#: How often the shortcut in the second input is right in training, and in the test.
CASES = {
    "shortcut, gone in the test": {"shortcut": (0.9, 0.5)},
    "second input of another row in 3 of 10": {"mismatched": 0.3},
    "shortcut, there in the test": {"shortcut": (0.9, 0.9)},
    "clean": {},
}
MODELS = {
    "logistic, products": lambda _: make_pipeline(
        PolynomialFeatures(2), StandardScaler(), LogisticRegression(C=0.1, max_iter=300)
    ),
    "network": lambda seed: make_pipeline(
        StandardScaler(), MLPClassifier((32,), alpha=0.01, max_iter=120, random_state=seed)
    ),
}


def drawn(rng, rows, *, test, shortcut=None, mismatched=0.0):
    """Both inputs (rows, 4) and labels: three in four are told by a parity of both inputs."""
    bits = rng.integers(2, size=(2, rows))
    y = np.where(rng.random(rows) < 0.75, bits[0] ^ bits[1], bits[0])
    x1, x2 = rng.normal(size=(2, rows, 4))
    x1[:, 0] += 3.0 * (bits[0] - 0.5)
    x2[:, 0] += 3.0 * (bits[1] - 0.5)
    if shortcut is not None:
        right = rng.random(rows) < shortcut[test]
        x2[:, 1] += 4.0 * (np.where(right, y, 1 - y) - 0.5)
    if mismatched and not test:
        wrong = rng.random(rows) < mismatched
        x2[wrong] = x2[rng.permutation(np.flatnonzero(wrong))]
    return x1, x2, y


def posteriors_of(x, y, seed):
    """Of rows that the classifier was not fitted to."""
    model = HistGradientBoostingClassifier(max_iter=40, learning_rate=0.15, random_state=seed)
    return cross_val_predict(model, x, y, cv=5, method="predict_proba")


def weights_of(x1, x2, y, seed):
    """By name and share; all have the same numbers of rows of .5 and of 3."""
    p1, p2, both = (posteriors_of(x, y, seed) for x in (x1, x2, np.hstack([x1, x2])))
    result = ff.posterior_pid(p1, p2, y, both)
    # of the labels; and of the joint classifier's answers, as the paper has it
    parts = {
        "atoms": ff.pointwise(result),
        "atoms of answers": ff.pointwise(ff.posterior_pid(p1, p2, both, both)),
    }
    rows, rng = np.arange(len(y)), np.random.default_rng(seed)
    loss = -np.log(both[rows, y].clip(1e-6))
    # how much the row's answer hangs on the first input, which the shortcut does without
    hangs = np.log(both[rows, y].clip(1e-6)) - np.log(p2[rows, y].clip(1e-6))
    scores = {"random": rng.random(len(y)), "hard rows": loss, "rows that need input 1": hangs}
    found = {("uniform", 0.0): np.ones(len(y))}
    for share in SHARES:
        predictions = {"p_given_1": p1, "p_given_2": p2, "p_joint": both}
        tops = {"shortcut_top": share, "gap_top": share, "random_state": seed}
        for name, of in parts.items():
            weighed = ff.sample_weights(of, **predictions, **tops)
            found[name, share] = weighed.weights
        down, up = int(weighed.shortcut.sum()), int(weighed.gap.sum())
        for name, score in scores.items():
            order = np.argsort(score)
            weights = np.ones(len(y))
            weights[order[:down]] = 0.5
            weights[order[len(y) - up :]] = 3.0
            found[name, share] = weights
    return found, result


def study(seeds, rows):
    """Accuracies in the test by case, model and weights, one number a seed."""
    record = {}
    for case, options in CASES.items():
        accuracies, atoms = {}, []
        for seed in range(seeds):
            rng = np.random.default_rng([seed, len(case)])
            x1, x2, y = drawn(rng, rows, test=False, **options)
            *tests, labels = drawn(rng, TEST_ROWS, test=True, **options)
            found, result = weights_of(x1, x2, y, seed)
            atoms.append([float(value) for value in result.atoms])
            for model, make in MODELS.items():
                for (name, share), weights in found.items():
                    pipe = make(seed)
                    last = pipe.steps[-1][0]
                    pipe.fit(np.hstack([x1, x2]), y, **{f"{last}__sample_weight": weights})
                    score = pipe.score(np.hstack(tests), labels)
                    accuracies.setdefault(model, {}).setdefault(f"{name} {share:g}", []).append(
                        round(float(score), 5)
                    )
        record[case] = {"accuracy": accuracies, "atoms": np.mean(atoms, 0).round(4).tolist()}
    return record


def printed(record):
    for case, found in record["cases"].items():
        atoms = " ".join(f"{value:.2f}" for value in found["atoms"])
        print(f"\n{case}: R U1 U2 S = {atoms}")
        for model, by_weights in found["accuracy"].items():
            uniform = np.array(by_weights["uniform 0"])
            print(f"  {model}: uniform {uniform.mean():.3f}")
            for name, values in by_weights.items():
                if name == "uniform 0":
                    continue
                gain = 100 * (np.array(values) - uniform)
                error = gain.std(ddof=1) / np.sqrt(len(gain))
                print(f"    {name:28} {gain.mean():+6.2f} +- {error:.2f} points")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="2 seeds of 300 rows")
    parser.add_argument("--output", type=Path, default=Path("results"))
    options = parser.parse_args()
    seeds, rows = (2, 300) if options.quick else (SEEDS, ROWS)
    start = time.process_time()
    record = {"seeds": seeds, "rows": rows, "test_rows": TEST_ROWS, "cases": study(seeds, rows)}
    record["cpu_seconds"] = round(time.process_time() - start)
    printed(record)
    options.output.mkdir(parents=True, exist_ok=True)
    text = json.dumps(record, indent=1)
    (options.output / "sample_weights.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
