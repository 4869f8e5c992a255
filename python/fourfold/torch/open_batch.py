# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""The batch that is being captured, which belongs to the thread that began it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fourfold.torch.batch_rows import BatchRows

__all__ = ["OpenBatch"]


class OpenBatch:
    """At most one batch at a time, so that rows of two are never mixed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._rows: BatchRows | None = None
        self._by_hand = False
        self._ended = False

    def begin(self, by_hand: bool = False) -> None:
        """Claim the place, of which `set` then says what it is for.

        Raises
        ------
        RuntimeError
            If another thread has it, the capture has ended, or a batch is open by hand already.
        """
        with self._lock:
            self._refuse_other_thread("batch" if by_hand else "model")
            self._refuse_end()
            if by_hand and self._by_hand:
                msg = "batch: another batch is open; expected one after the other"
                raise RuntimeError(msg)
            # in the place of what a call that was interrupted may have left
            self._thread, self._rows = threading.current_thread(), None
            self._by_hand = by_hand

    def set(self, rows: BatchRows) -> None:
        """What the place is for; of the thread that began it."""
        self._rows = rows

    def is_by_hand(self) -> bool:
        """Whether calls of the model are parts of a batch that the user began."""
        with self._lock:
            if self._by_hand:
                self._refuse_other_thread("model")
            return self._by_hand

    def rows(self, of: str) -> BatchRows | None:
        """The batch of this thread, None where there is none.

        Raises
        ------
        RuntimeError
            If the batch is of another thread, which goes on; or the capture has ended.
        """
        with self._lock:
            self._refuse_other_thread(of)
            self._refuse_end()
            return self._rows

    def release(self, by_hand: bool = False) -> None:
        """Leave the place, if it is of this thread and was begun in this way."""
        with self._lock:
            if self._thread is threading.current_thread() and self._by_hand == by_hand:
                self._thread, self._rows, self._by_hand = None, None, False

    def end(self) -> None:
        """No batch may begin any more."""
        with self._lock:
            self._thread, self._rows, self._by_hand, self._ended = None, None, False, True

    def _refuse_other_thread(self, of: str) -> None:
        other = self._thread
        if other in (None, threading.current_thread()) or not other.is_alive():
            return
        msg = (
            f"{of}: called in the thread {threading.current_thread().name!r} while a batch of the "
            f"thread {other.name!r} is open, whose samples are others; expected one call after the "
            "other, such as with a threading.Lock around them"
        )
        raise RuntimeError(msg)

    def _refuse_end(self) -> None:
        if self._ended:
            msg = (
                "model: the capture has ended while the model ran in another thread; expected its "
                "calls to end before the with block"
            )
            raise RuntimeError(msg)
