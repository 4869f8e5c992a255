# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""What is put in place of the tokens of a masked input."""

from __future__ import annotations

import numpy as np
import torch

from fourfold.torch.language_inputs import Change, TokenRows

__all__ = ["TokenMoments", "of_another", "of_moments", "of_one_token"]


class TokenMoments:
    """Mean and standard deviation of each dimension over all tokens, at each level."""

    def __init__(self) -> None:
        self._sums: list[tuple[int, torch.Tensor, torch.Tensor]] = []

    def add(self, levels: list[TokenRows]) -> None:
        """Tokens of more samples; sums of squares are around the mean, so nothing cancels."""
        for level, samples in enumerate(levels):
            rows = torch.cat(samples).float()
            mean = rows.mean(0)
            squares = (rows - mean).square().sum(0).cpu().double()
            n, mean = len(rows), mean.cpu().double()
            if level < len(self._sums):
                before, old, old_squares = self._sums[level]
                apart = mean - old
                squares = squares + old_squares + apart.square() * (n * before / (n + before))
                n, mean = n + before, old + apart * (n / (n + before))
            self._sums[level : level + 1] = [(n, mean, squares)]

    def mean(self, level: int) -> torch.Tensor:
        """Shape (width,), double precision."""
        return self._sums[level][1]

    def deviation(self, level: int) -> torch.Tensor:
        """Likewise; divided by the number of tokens."""
        n, _, squares = self._sums[level]
        return (squares / n).sqrt()


def of_moments(moments: TokenMoments, generator: torch.Generator | None) -> Change:
    """Noise of these moments, drawn on the host so that it is that of any device; or the mean."""

    def change(samples: TokenRows, level: int) -> TokenRows:
        mean, deviation = moments.mean(level), moments.deviation(level)
        drawn = []
        for rows in samples:
            found = mean.expand(rows.shape)
            if generator is not None:
                noise = torch.randn(rows.shape, generator=generator, dtype=torch.float64)
                found = found + deviation * noise
            drawn.append(found.to(dtype=rows.dtype).to(rows.device))
        return drawn

    return change


def of_one_token(embedding: torch.Tensor) -> Change:
    """The same row (width,) everywhere."""
    return lambda samples, _: [embedding.to(rows).expand(rows.shape) for rows in samples]


def of_another(rng: np.random.Generator, size: int, *, evenly: bool) -> Change:
    """Tokens of another sample of the batch, drawn so that nobody gets his own.

    Of a sample with more or fewer tokens: evenly spaced ones, as of images; else those from its
    start, again and again.
    """
    order = rng.permutation(size)
    partner = np.empty(size, dtype=int)
    partner[order] = np.roll(order, 1)

    def change(samples: TokenRows, _: int) -> TokenRows:
        found = []
        for rows, other in zip(samples, partner, strict=True):
            wanted, there = len(rows), len(samples[other])
            index = torch.arange(wanted, device=rows.device)
            index = index * there // wanted if evenly else index % there
            found.append(samples[other][index])
        return found

    return change
