# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""How often `fourfold.high_synergy_subsets` finds what is not there, and what is.

Made data of known atoms. Without subsets of high synergy: how often any is found, how often the
interval of the subset that came out highest holds its truth, and how much too high it and `shrunk`
are. With one: how often it is found. Of embeddings also whether posteriors of classifiers of all
rows, held to a subset, do what classifiers fitted within it do.

    python examples/subset_study.py            # an hour of one core
    python examples/subset_study.py power      # of its parts this one
    python examples/subset_study.py nulls --kind parity

write to examples/results/subsets.json, in place of what is there of the same settings; `--draws 3`
shows in some minutes that it works.
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
import warnings
from pathlib import Path

import numpy as np
from scipy.special import ndtr, ndtri

import fourfold as ff

RESULTS = Path(__file__).parent / "results" / "subsets.json"
LEVEL = 0.05
PARTS = ("nulls", "power", "decoders", "decoded nulls")
#: Wrong so often: the answers of made systems.
NOISE = 0.15


# -- made data -------------------------------------------------------------------------


def table(p1, p2, answer, classes):
    """Masses (x1, x2, y) of sources with independent states and an answer p(y | x1, x2)."""
    masses = np.array([[answer(i, j) for j in range(len(p2))] for i in range(len(p1))])
    return masses.reshape(len(p1), len(p2), classes) * np.multiply.outer(p1, p2)[..., None]


def one_of(right, classes, noise):
    """A class that is another one with that probability."""
    return np.where(np.arange(classes) == right, 1 - noise, noise / (classes - 1))


def common(states, right):
    """Masses of two sources and a target that see one hidden state, wrong at times."""
    see = np.array([one_of(k, states, 1 - right) for k in range(states)])
    return np.einsum("ki,kj->ijk", see, see) / states


def beside(one, other):
    """Two independent systems as one."""
    sizes = [a * b for a, b in zip(one.shape, other.shape, strict=True)]
    return np.einsum("ijk,abc->iajbkc", one, other).reshape(sizes)


def flat(states):
    return np.full(states, 1 / states)


PARITY = table(flat(2), flat(2), lambda i, j: one_of(i ^ j, 2, NOISE), 2)
#: Systems in which no subset differs from the others.
ALIKE = {
    "nothing": table(flat(4), flat(4), lambda _, __: flat(2), 2),
    "parity": PARITY,
    "common cause": common(3, 0.75),
    "one source": table(flat(6), flat(6), lambda i, _: one_of(i // 2, 3, 0.2), 3),
    "sum of eights": table(flat(8), flat(8), lambda i, j: one_of((i + j) % 8 > 3, 2, 0.1), 2),
}
#: Beside the same parity something else in each half: synergy is alike, all else is not.
UNLIKE = (
    beside(PARITY, table(flat(2), flat(2), lambda i, _: one_of(i, 2, 0.2), 2)),
    beside(PARITY, np.array([[[0.4, 0.1], [0, 0]], [[0, 0], [0.1, 0.4]]])),
)


def drawn(masses, n, rng):
    """Labels of n rows."""
    return np.unravel_index(rng.choice(masses.size, n, p=masses.ravel()), masses.shape)


def metadata(n, rng):
    """Columns that have nothing to do with anything, with values of 50 to 6 % of the rows."""
    return {
        "light": rng.choice(["day", "night"], n),
        "weather": rng.choice(["clear", "cloud", "rain", "fog"], n, p=[0.5, 0.3, 0.14, 0.06]),
        "speed": rng.gamma(2.0, size=n),
    }


def null_sample(kind, n, rng):
    """Sources, target, metadata, and the synergy of all subsets."""
    by = metadata(n, rng)
    if kind != "unlike halves":
        return *drawn(ALIKE[kind], n, rng), by, lambda _: ff.decompose(ALIKE[kind]).synergy
    half = rng.integers(2, size=n)
    x1, x2, y = (
        np.where(half, b, a)
        for a, b in zip(*(drawn(part, n, rng) for part in UNLIKE), strict=True)
    )
    mixed = ff.decompose(sum(UNLIKE) / 2).synergy
    apart = ff.decompose(UNLIKE[0]).synergy
    return x1, x2, y, {"half": half, **by}, lambda name: apart if "half" in name else mixed


def scene(n, rng, share=0.15):
    """Camera and lidar see an obstacle; of glass only the camera does, in fog at night only both."""
    weather = np.where(rng.random(n) < share, "fog at night", "clear")
    glass = (rng.random(n) < 0.2) & (weather == "clear")
    obstacle, *parts, blind = rng.integers(2, size=(4, n))
    camera, lidar = (obstacle ^ (rng.random(n) < 0.1) for _ in range(2))
    fog = weather != "clear"
    camera = np.where(fog, parts[0], camera)
    lidar = np.where(fog, parts[1], np.where(glass, blind, lidar))
    parity = parts[0] ^ parts[1] ^ (rng.random(n) < NOISE)
    return camera, lidar, np.where(fog, parity, obstacle), weather, glass


# -- labels ----------------------------------------------------------------------------


def nulls(kind, n, depth, draws):
    """Family-wise level, coverage of the highest, and how much too high that is."""
    rows = []
    for seed in range(draws):
        rng = np.random.default_rng([seed, n, depth])
        *columns, by, truth = null_sample(kind, n, rng)
        found = ff.high_synergy_subsets(*columns, by=by, depth=depth, random_state=seed)
        top = int(np.argmax(found.estimate))
        true = truth(found.subsets[top])
        shrunk = int(np.argmax(found.shrunk))
        others = [against_all(*columns, members) for members in found.members]
        rows.append(
            {
                "subsets": len(found.subsets),
                "holm": found.adjusted_pvalues.min() <= LEVEL,
                "against all others": min(others) * len(others) <= LEVEL,
                "covered": found.low[top] <= true <= found.high[top],
                "too high": found.estimate[top] - true,
                "shrunk too high": found.shrunk[shrunk] - truth(found.subsets[shrunk]),
            }
        )
    return {"kind": kind, "n": n, "depth": depth, "draws": draws, **means(rows)}


def against_all(x1, x2, y, members):
    """One-sided p-value of a subset beside all other rows at once, whose bias is another."""
    parts = [ff.pid(x1[rows], x2[rows], y[rows]) for rows in (members, ~members)]
    errors = [
        np.hypot(part.standard_error.synergy, part.confidence_interval.bias_error.synergy)
        for part in parts
    ]
    difference = parts[0].synergy - parts[1].synergy
    return float(ndtr(-difference / np.hypot(*errors)))


def power(n, share, draws):
    """How often fog at night is found, and how much too high it is."""
    truth, rows = ff.decompose(PARITY).synergy, []
    for seed in range(draws):
        rng = np.random.default_rng([seed, n, 1])
        *columns, weather, glass = scene(n, rng, share)
        by = metadata(n, rng)
        by = {"sky": by.pop("weather"), "weather": weather, "glass": glass, **by}
        found = ff.high_synergy_subsets(*columns, by=by, least_rows=30, random_state=seed)
        at = found.subsets.index("weather=fog at night")
        rows.append(
            {
                "found": found.high_ones[at],
                "covered": found.low[at] <= truth <= found.high[at],
                "too high": found.estimate[at] - truth,
                "shrunk too high": found.shrunk[at] - truth,
            }
        )
    return {"n": n, "share": share, "draws": draws, **means(rows)}


# -- embeddings ------------------------------------------------------------------------


def embedded(states, rng, shown=None):
    """Eight columns, one of them of the state; and one of what subset it is, where that is shown."""
    found = rng.standard_normal((len(states), 8))
    found[:, 0] += 4.0 * (2 * states - 1)
    if shown is not None:
        found[:, 1] += 6.0 * shown
    return found


def decoders(n, shown, seed):
    """Errors of the atoms of each subset: of classifiers fitted in it, and of those of all rows."""
    rng = np.random.default_rng([seed, n, 2])
    camera, lidar, y, weather, glass = scene(n, rng)
    kind = np.where(weather != "clear", 2, glass)
    mark = kind == 2 if shown else None
    x1, x2 = embedded(camera, rng, mark), embedded(lidar, rng, mark)
    see = np.array([[0.9, 0.1], [0.1, 0.9]]) / 2
    truths = [
        ff.decompose(np.einsum("ki,kj->ijk", 2 * see, see)).atoms,
        ff.decompose(np.einsum("ki,kj->ijk", 2 * see, np.full((2, 2), 0.25))).atoms,
        ff.decompose(PARITY).atoms,
    ]
    once = ff.ClassifierPID("fast", random_state=seed).fit(x1, x2, y)
    records = []
    for name, part, truth in zip(
        ("clear", "glass", "fog at night"), range(3), truths, strict=True
    ):
        rows = np.flatnonzero(kind == part)
        fresh = ff.ClassifierPID("fast", random_state=seed).fit(x1[rows], x2[rows], y[rows])
        one, other, both = (p[rows] for p in once.posteriors_)
        held = ff.posterior_pid(one, other, y[rows], both)
        records.append(
            {
                "subset": name,
                "rows": len(rows),
                "truth": list(truth),
                "fitted within": list(
                    np.subtract(fresh.result_.readings["cross_fitted"], truth)
                ),
                "fitted once": list(np.subtract(held.readings["cross_fitted"], truth)),
            }
        )
    return records


def compared_decoders(n, shown, draws):
    """Root mean squares of these errors by subset."""
    each = [decoders(n, shown, seed) for seed in range(draws)]
    found = []
    for records in zip(*each, strict=True):
        errors = {
            how: np.sqrt(np.mean([np.square(one[how]) for one in records], axis=0))
            .round(3)
            .tolist()
            for how in ("fitted within", "fitted once")
        }
        rows = int(np.mean([one["rows"] for one in records]))
        truth = np.round(records[0]["truth"], 3).tolist()
        found.append({"subset": records[0]["subset"], "rows": rows, "truth": truth, **errors})
    return {"n": n, "subset is seen": shown, "draws": draws, "subsets": found}


def embedded_nulls(kind, n, draws):
    """How often classifiers find a subset where none is, and how differences scatter by their errors."""
    rows, scores = [], []
    for seed in range(draws):
        rng = np.random.default_rng([seed, n, 3])
        if kind == "common cause":
            y = rng.integers(2, size=n)
            states = [y ^ (rng.random(n) < 0.2) for _ in range(2)]
        else:
            states = rng.integers(2, size=(2, n))
            y = states[0] ^ states[1] ^ (rng.random(n) < NOISE)
        by = {name: column for name, column in metadata(n, rng).items() if name != "speed"}
        x1, x2 = (embedded(each, rng) for each in states)
        found = ff.high_synergy_subsets(x1, x2, y, by=by, random_state=seed)
        rows.append(
            {"subsets": len(found.subsets), "holm": found.adjusted_pvalues.min() <= LEVEL}
        )
        scores += ndtri(1 - found.pvalues).tolist()
    scatter = float(np.sqrt(np.mean(np.square(scores))))
    return {"kind": kind, "n": n, "draws": draws, **means(rows), "scatter": round(scatter, 3)}


# -- the study -------------------------------------------------------------------------


def means(rows):
    return {name: round(float(np.mean([row[name] for row in rows])), 4) for name in rows[0]}


def settings(draws):
    """The name, what to call, and its arguments, of each setting."""
    for kind in (*ALIKE, "unlike halves"):
        yield "nulls", nulls, (kind, 1000, 1, draws)
        yield "nulls", nulls, (kind, 4000, 1, draws)
        yield "nulls", nulls, (kind, 2000, 2, draws // 3 + 1)
    for n, share in itertools.product((500, 1000, 2000), (0.1, 0.2)):
        yield "power", power, (n, share, draws // 3 + 1)
    for n, shown in itertools.product((1000, 3000), (False, True)):
        yield "decoders", compared_decoders, (n, shown, draws // 20 + 1)
    for kind in ("common cause", "parity"):
        yield "decoded nulls", embedded_nulls, (kind, 800, draws // 10)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=", ".join(PARTS), default=PARTS
    )
    parser.add_argument("--kind", help="of data, where there are several")
    parser.add_argument("--rows", type=int, help="of data, where there are several numbers")
    parser.add_argument("--draws", type=int, default=60)
    parser.add_argument("--to", type=Path, default=RESULTS)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    begin = time.time()
    for name, measure, arguments in settings(options.draws):
        if name not in options.parts or options.kind not in (None, arguments[0]):
            continue
        if options.rows not in (None, *arguments):
            continue
        record = measure(*arguments)
        print(f"{time.time() - begin:6.0f} s  {name}: {record}", flush=True)
        found = json.loads(options.to.read_text()) if options.to.exists() else {}
        others = [one for one in found.get(name, []) if _setting(one) != _setting(record)]
        found |= {"version": ff.__version__, name: [*others, record]}
        options.to.write_text(json.dumps(found, indent=1) + "\n")


def _setting(record):
    return [record.get(name) for name in ("kind", "n", "depth", "share", "subset is seen")]


if __name__ == "__main__":
    main()
