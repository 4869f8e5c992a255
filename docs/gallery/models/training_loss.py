# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
Atoms as a term of a loss
=========================

Two encoders are trained to tell XOR-like labels, with and without a reward for synergy: ``fourfold.torch.pid_loss``
gives the atoms of a batch as tensors with gradients. Curves are of the training batches as the heads see them, not of
the population. With the reward the synergy is found sooner; the loss needs PyTorch: ``pip install 'fourfold[torch]'``.
"""

import matplotlib.pyplot as plt
import torch

import fourfold as ff
from fourfold.torch import pid_loss

torch.manual_seed(0)
bits = torch.randint(2, (2, 256))
x1, x2 = (2 * bits - 1 + 0.7 * torch.randn(2, 256))[..., None]
y = bits[0] ^ bits[1]


def trained(weight):
    """Synergy of the batch in bits at each of 100 steps."""
    torch.manual_seed(0)
    nets = [torch.nn.Sequential(torch.nn.Linear(k, 6), torch.nn.Tanh(), torch.nn.Linear(6, 2)) for k in (1, 1, 2)]
    optimizer = torch.optim.Adam([p for net in nets for p in net.parameters()], lr=0.02)
    for _ in range(100):
        logits = [net(x) for net, x in zip(nets, (x1, x2, torch.cat([x1, x2], 1)), strict=True)]
        synergy = pid_loss(*(z.softmax(1) for z in logits), y).synergy
        loss = sum(torch.nn.functional.cross_entropy(z, y) for z in logits) - weight * synergy
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        yield synergy.item()


_, ax = plt.subplots(figsize=(5.8, 3.2), layout="constrained")
for weight, style in ((0, ":"), (1, "-")):
    label = f"weight of the synergy: {weight}"
    ax.plot([*trained(weight)], style, color=ff.plotting.COLORS.synergy, label=label)
ax.set(xlabel="Step", ylabel="Synergy of the batch (bits)")
ax.legend(frameon=False)
plt.show()
