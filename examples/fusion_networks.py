# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Small networks of two inputs that differ in how they fuse them, trained side by side.

Each input is cut into tokens and read by an encoder of its own, one transformer block. Then:

============ ===================================================================================
concat       the encoders' tokens are averaged, concatenated, and mixed by a perceptron
symmetric    each stream attends to the other; both streams are read out
x1_asks      the stream of X1 attends to that of X2, and is alone read out
x2_asks      the other way round
x1_asks_bare x1_asks without the residual connection: what X1 finds in X2 replaces the stream of
             X1, where else it is added to it
x2_asks_bare the other way round
only_x1      the stream of X1 attends to itself: the network never sees X2
only_x2      the other way round
============ ===================================================================================

The width of the perceptrons is set so that all networks but the last two have about as many
parameters.
"""

from __future__ import annotations

import copy
import dataclasses
import math
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn
from torch.func import functional_call, stack_module_state, vmap

if TYPE_CHECKING:
    from collections.abc import Callable

WIDTH = 32
NAMES = (
    "concat",
    "symmetric",
    "x1_asks",
    "x2_asks",
    "x1_asks_bare",
    "x2_asks_bare",
    "only_x1",
    "only_x2",
)
CONTROLS = ("only_x1", "only_x2")  # of which one encoder is not trained


class Attention(nn.Module):
    """One head of attention: what `queries` find in `keys`."""

    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))

    def forward(self, queries: torch.Tensor, keys: torch.Tensor) -> torch.Tensor:
        """Of shapes (rows, tokens, WIDTH), like the result."""
        scores = self.query(queries) @ self.key(keys).transpose(-1, -2) / math.sqrt(WIDTH)
        return self.out(torch.softmax(scores, -1) @ self.value(keys))


class Block(nn.Module):
    """A transformer block: a stream attends to another, or to itself, then a perceptron."""

    def __init__(self, hidden: int, *, residual: bool = True) -> None:
        super().__init__()
        self.residual = residual
        self.norm, self.norm_other, self.norm_mlp = (nn.LayerNorm(WIDTH) for _ in range(3))
        self.attention = Attention()
        self.mlp = perceptron(WIDTH, hidden)

    def forward(self, stream: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        found = self.attention(self.norm(stream), self.norm_other(other))
        stream = stream + found if self.residual else found
        return stream + self.mlp(self.norm_mlp(stream))


class Encoder(nn.Module):
    """Tokens of one input, each with a learned position, through one block."""

    def __init__(self, tokens: int, features: int) -> None:
        super().__init__()
        self.embed = nn.Linear(features, WIDTH)
        self.position = nn.Parameter(0.5 * torch.randn(tokens, WIDTH))
        self.block = Block(2 * WIDTH)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        stream = self.embed(x) + self.position
        return self.block(stream, stream)


class FusionNetwork(nn.Module):
    """One of `NAMES`, for inputs of shape (rows, tokens, features)."""

    def __init__(self, name: str, tokens: int, features: int, classes: int) -> None:
        super().__init__()
        self.name = name
        self.encoders = nn.ModuleList(Encoder(tokens, features) for _ in range(2))
        both = name in ("concat", "symmetric")
        read = 2 * WIDTH if both else WIDTH
        # two blocks with 2 * WIDTH hidden units, or one as large as both, or a perceptron
        if name == "symmetric":
            self.fusion = nn.ModuleList(Block(2 * WIDTH) for _ in range(2))
        elif name == "concat":
            self.norm = nn.LayerNorm(read)
            self.fusion = perceptron(read, 4 * WIDTH + 6)
        else:
            self.fusion = Block(6 * WIDTH + 8, residual=not name.endswith("bare"))
        self.readout = nn.Sequential(nn.LayerNorm(read), nn.Linear(read, classes))

    def encode(self, x1: torch.Tensor, x2: torch.Tensor) -> torch.Tensor:
        """Mean over the tokens of each encoder, shape (rows, 2, WIDTH): before the fusion."""
        return torch.stack([self.encoders[0](x1).mean(-2), self.encoders[1](x2).mean(-2)], -2)

    def forward(self, x1: torch.Tensor, x2: torch.Tensor) -> torch.Tensor:
        """Logits, shape (rows, classes)."""
        one, two = self.encoders[0](x1), self.encoders[1](x2)
        return self.readout(self._fused(one, two))

    def _fused(self, one: torch.Tensor, two: torch.Tensor) -> torch.Tensor:
        if self.name == "concat":
            both = torch.cat([one.mean(-2), two.mean(-2)], -1)
            return both + self.fusion(self.norm(both))
        if self.name == "symmetric":
            first, second = self.fusion
            return torch.cat([first(one, two).mean(-2), second(two, one).mean(-2)], -1)
        asking, other = (one, two) if "x1" in self.name else (two, one)
        asked = asking if self.name.startswith("only") else other
        return self.fusion(asking, asked).mean(-2)

    def used_parameters(self) -> int:
        """Parameters that the output depends on: of "only_x1" not those of the other encoder."""
        unused = {"only_x1": 1, "only_x2": 0}.get(self.name)
        idle = 0 if unused is None else _count(self.encoders[unused])
        return _count(self) - idle


def perceptron(width: int, hidden: int) -> nn.Sequential:
    """One hidden layer, as wide at its end as at its start."""
    return nn.Sequential(nn.Linear(width, hidden), nn.GELU(), nn.Linear(hidden, width))


def _count(module: nn.Module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


@dataclasses.dataclass(frozen=True)
class Training:
    """The budget, the same for every network."""

    steps: int = 250
    batch: int = 64
    learning_rate: float = 2e-3
    weight_decay: float = 0.02


class Ensemble:
    """Copies of one network with seeds of their own, computed together and trained apart.

    Parameters
    ----------
    name, tokens, features, classes
        As in `FusionNetwork`.
    seeds : list of int
        One for each member: its initial weights and the order of its batches.
    """

    def __init__(
        self, name: str, tokens: int, features: int, classes: int, seeds: list[int]
    ) -> None:
        self.shape = (tokens, features)
        self.seeds = seeds
        members = []
        for seed in seeds:
            torch.manual_seed(seed)
            members.append(FusionNetwork(name, tokens, features, classes))
        self.parameters = members[0].used_parameters()
        state, _ = stack_module_state(members)
        self.state = {key: value.detach().requires_grad_() for key, value in state.items()}
        self._skeleton = copy.deepcopy(members[0]).to("meta")

    def train(
        self,
        x1: np.ndarray,
        x2: np.ndarray,
        y: np.ndarray,
        training: Training,
        step_done: Callable[[], object],
    ) -> None:
        """Train each member on its own rows.

        Parameters
        ----------
        x1, x2 : ndarray, shapes (members, rows, tokens * features)
        y : ndarray of int, shape (members, rows)
        training : Training
        step_done : callable
            Called after each step.
        """
        one, two, target = self._tokens(x1), self._tokens(x2), torch.as_tensor(y)
        batches = np.stack([_batches(seed, y.shape[1], training) for seed in self.seeds], 1)
        forward = vmap(lambda state, *inputs: functional_call(self._skeleton, state, inputs))
        optimiser = torch.optim.AdamW(
            self.state.values(), lr=training.learning_rate, weight_decay=training.weight_decay
        )
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, training.steps)
        member = torch.arange(len(self.seeds))[:, None]
        for rows in torch.as_tensor(batches):
            logits = forward(self.state, one[member, rows], two[member, rows])
            # a sum over members, as the gradient of each is that of its own mean loss
            losses = nn.functional.cross_entropy(
                logits.flatten(0, 1), target[member, rows].flatten(), reduction="sum"
            )
            optimiser.zero_grad()
            (losses / rows.shape[1]).backward()
            optimiser.step()
            schedule.step()
            step_done()

    @torch.no_grad()
    def probabilities(self, member: int, x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
        """Predicted distributions of one member, shape (rows, classes), in double precision."""
        return torch.softmax(self._of_member("forward", member, x1, x2).double(), -1).numpy()

    @torch.no_grad()
    def encoded(self, member: int, x1: np.ndarray, x2: np.ndarray) -> np.ndarray:
        """States of both encoders of one member before the fusion, shape (rows, 2, WIDTH)."""
        return self._of_member("encode", member, x1, x2).numpy()

    def _of_member(self, method: str, member: int, *inputs: np.ndarray) -> torch.Tensor:
        state = _prefixed({key: value[member] for key, value in self.state.items()})
        tokens = tuple(self._tokens(x) for x in inputs)
        return functional_call(_Method(self._skeleton, method), state, tokens)

    def _tokens(self, x: np.ndarray) -> torch.Tensor:
        return torch.as_tensor(x, dtype=torch.float32).unflatten(-1, self.shape)


class _Method(nn.Module):
    """Calls a method other than `forward`, which is all that `functional_call` calls."""

    def __init__(self, network: FusionNetwork, method: str) -> None:
        super().__init__()
        self.network = network
        self._method = method

    def forward(self, *inputs: torch.Tensor) -> torch.Tensor:
        return getattr(self.network, self._method)(*inputs)


def _prefixed(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {f"network.{key}": value for key, value in state.items()}


def _batches(seed: int, rows: int, training: Training) -> np.ndarray:
    """Rows of each step, shape (steps, batch): epoch after epoch in a new order."""
    rng = np.random.default_rng(seed)
    needed = training.steps * training.batch
    epochs = -(-needed // rows)
    order = np.concatenate([rng.permutation(rows) for _ in range(epochs)])
    return order[:needed].reshape(training.steps, training.batch)


def set_up_torch() -> None:
    """Deterministic, and on one thread: the arrays are too small for more to help much."""
    torch.use_deterministic_algorithms(True)
    torch.set_num_threads(1)
