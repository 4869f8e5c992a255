# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
Atoms as a term of a loss
=========================

A network learns XOR of two noisy inputs, with and without a reward for synergy, beside two heads that see one input
each: ``fourfold.torch.pid_loss`` gives the atoms of a batch as tensors with gradients. Heads of one input are detached
in it, lest they earn the reward by telling less. Curves are of the training batch as these heads tell it, in one run;
with the reward the synergy is there sooner. Needs ``pip install 'fourfold[torch]'``.
"""

import matplotlib.pyplot as plt
import torch
from torch.nn import Linear, ModuleList, Sequential, Tanh
from torch.nn.functional import cross_entropy

import fourfold as ff
from fourfold.torch import pid_loss

torch.manual_seed(0)
bits = torch.randint(2, (2, 256))
x1, x2 = (2 * bits - 1 + 0.7 * torch.randn(2, 256))[..., None]
inputs, y = (x1, x2, torch.cat([x1, x2], 1)), bits[0] ^ bits[1]
_, ax = plt.subplots(figsize=(5.8, 3.2), layout="constrained")
for weight, style in ((0, ":"), (1, "-")):
    torch.manual_seed(0)  # the same start for both
    nets = ModuleList(Sequential(Linear(k, 6), Tanh(), Linear(6, 2)) for k in (1, 1, 2))
    optimizer = torch.optim.Adam(nets.parameters(), lr=0.02)
    synergies = []
    for _ in range(100):
        logits = [net(x) for net, x in zip(nets, inputs, strict=True)]
        p1, p2, p12 = (z.softmax(1) for z in logits)
        synergy = pid_loss(p1.detach(), p2.detach(), p12, y).synergy
        optimizer.zero_grad()
        (sum(cross_entropy(z, y) for z in logits) - weight * synergy).backward()
        optimizer.step()
        synergies.append(synergy.item())
    ax.plot(synergies, style, color=ff.plotting.COLORS.synergy, label=f"weight {weight}")
ax.set(xlabel="Step", ylabel="Synergy of the batch (bits)")
ax.legend(frameon=False, title="reward for synergy")
plt.show()
