# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Two small encoders, trained with and without a term of `fourfold.torch.pid_loss`.

The class is the sum, modulo 4, of a digit in the first input and one in the second: neither tells
anything alone. A shortcut, which is easier to read, is right in 7 of 10 rows: in the second input alone, or in
both. In one test it is there as in training, in the other it is of no use. Prints a table and writes
``results/training_with_pid_loss.json``; see docs/training.md.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.func import functional_call
from torch.nn.functional import cross_entropy, one_hot

from fourfold.torch import pid_loss

CLASSES, SEEDS, BATCH, ROWS, TEST_ROWS = 4, 5, 128, 2000, 1000
STEPS = (500, 1000)  # after which the model is looked at
RIGHT = 0.7
#: What is added to the cross-entropies, in bits.
TERMS = {
    "none": lambda _: 0.0,
    "- S": lambda atoms: -atoms.synergy,
    "+ U2": lambda atoms: atoms.unique2,
    "+ R": lambda atoms: atoms.redundancy,
}
CASES = {"shortcut in input 2": (False, True), "shortcut in both inputs": (True, True)}


def drawn(generator, rows, inputs, right):
    """Both inputs (rows, 12), and labels: a digit, a shortcut or nothing, and noise."""
    digits = torch.randint(CLASSES, (2, rows), generator=generator)
    y = digits.sum(0) % CLASSES
    guess = torch.randint(CLASSES, (rows,), generator=generator)
    guess = torch.where(torch.rand(rows, generator=generator) < right, y, guess)
    both = []
    for digit, has in zip(digits, inputs, strict=True):
        noise = torch.randn(rows, 12, generator=generator)
        seen = torch.cat(
            [1.5 * one_hot(digit, CLASSES), 3.0 * has * one_hot(guess, CLASSES)], 1
        )
        both.append(0.5 * noise + torch.cat([seen, torch.zeros(rows, 4)], 1))
    return *both, y


class Model(nn.Module):
    """Two encoders and three heads."""

    def __init__(self):
        super().__init__()
        self.encoders = nn.ModuleList(
            nn.Sequential(nn.Linear(12, 32), nn.ReLU(), nn.Linear(32, 8)) for _ in range(2)
        )
        self.heads = nn.ModuleList(
            nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, CLASSES)) for _ in range(2)
        )
        self.joint = nn.Sequential(nn.Linear(16, 64), nn.ReLU(), nn.Linear(64, CLASSES))

    def forward(self, x1, x2):
        """Codes of both inputs, and logits of the joint head."""
        codes = [encoder(x) for encoder, x in zip(self.encoders, (x1, x2), strict=True)]
        return codes, self.joint(torch.cat(codes, 1))

    def told(self, codes, joint, y):
        """The atoms, in whose gradients both heads of one input stand still."""
        p1, p2 = (
            functional_call(head, {k: v.detach() for k, v in head.named_parameters()}, code)
            for head, code in zip(self.heads, codes, strict=True)
        )
        return pid_loss(*(torch.softmax(logits, 1) for logits in (p1, p2, joint)), y)


def trained(data, seed, name, steps):
    """The model after each of so many steps, and the seconds until there."""
    torch.manual_seed(seed)
    x1, x2, y = data
    model = Model()
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=1e-3)
    start = time.process_time()
    for step in range(1, max(steps) + 1):
        rows = torch.randint(len(y), (BATCH,))
        codes, joint = model(x1[rows], x2[rows])
        loss = cross_entropy(joint, y[rows])
        # the heads of one input learn what the codes tell, and do not shape them
        for head, code in zip(model.heads, codes, strict=True):
            loss = loss + cross_entropy(head(code.detach()), y[rows])
        if name != "none":
            loss = loss + TERMS[name](model.told(codes, joint, y[rows]))
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        if step in steps:
            yield step, model, time.process_time() - start


def looked_at(model, there, gone):
    """The atoms of the test with the shortcut, and the accuracies with it and without."""
    with torch.no_grad():
        codes, joint = model(*there[:2])
        atoms = model.told(codes, joint, there[2])
        hits = [
            (model(x1, x2)[1].argmax(1) == y).float().mean().item()
            for x1, x2, y in (there, gone)
        ]
    return {
        "atoms": [round(atom.item(), 4) for atom in atoms],
        "accuracy_there": round(hits[0], 4),
        "accuracy_gone": round(hits[1], 4),
    }


def study(seeds, steps):
    record = []
    for case, inputs in CASES.items():
        for seed in range(seeds):
            generator = torch.Generator().manual_seed(1000 + seed)
            data = drawn(generator, ROWS, inputs, RIGHT)
            tests = [drawn(generator, TEST_ROWS, inputs, right) for right in (RIGHT, 0.0)]
            for name in TERMS:
                for step, model, seconds in trained(data, seed, name, steps):
                    run = {"case": case, "term": name, "seed": seed, "steps": step}
                    run |= looked_at(model, *tests)
                    record.append(run | {"seconds": round(seconds, 2)})
    return record


def printed(record):
    print(
        "mean and standard deviation over seeds; atoms of the test with the shortcut, in bits"
    )
    print("steps  term  R            U1           U2           S            there        gone")
    groups = {}
    for run in record:
        numbers = [*run["atoms"], run["accuracy_there"], run["accuracy_gone"]]
        groups.setdefault((run["case"], run["steps"], run["term"]), []).append(numbers)
    last = None
    for (case, steps, name), runs in sorted(groups.items(), key=lambda each: each[0][:2]):
        if case != last:
            print(case)
        last = case
        cells = zip(np.mean(runs, 0), np.std(runs, 0, ddof=1), strict=True)
        row = " ".join(f"{mean:5.2f} ({sd:.2f}) " for mean, sd in cells)
        print(f"  {steps:4} {name:5}{row}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="2 seeds, 20 steps")
    parser.add_argument("--output", type=Path, default=Path("results"))
    options = parser.parse_args()
    torch.set_num_threads(1)
    seeds, steps = (2, (10, 20)) if options.quick else (SEEDS, STEPS)
    runs = study(seeds, steps)
    printed(runs)
    options.output.mkdir(parents=True, exist_ok=True)
    record = {"seeds": seeds, "steps": steps, "batch": BATCH, "rows": ROWS, "runs": runs}
    text = json.dumps(record, indent=1)
    (options.output / "training_with_pid_loss.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
