# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Results out of the files that they were saved in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fourfold.results.record import FORMAT, Record, class_of

if TYPE_CHECKING:
    import os

__all__ = ["load"]

_ARCHIVE = b"PK\x03\x04"  # a .npz begins with these


def load(path: str | os.PathLike[str]) -> Any:
    """Read a result that its `save` wrote.

    Nothing in the file is executed.

    Parameters
    ----------
    path : str or path
        Of the file.

    Returns
    -------
    PID, LayerProfile, Comparison, ...
        Of the class that was saved, and equal to it, in bits. What was left out, as `to_dict` says,
        is not there: to ask a loaded `PID` for its coupling raises `ValueError`.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it is not a file that `save` wrote, is of a newer Fourfold that writes another format, or is damaged.

    See Also
    --------
    PID.save : Writes such a file; all results have it.
    Counts.load : Reads counts.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import fourfold as ff
    >>> result = ff.decompose(ff.gates.AND.pmf)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     result.save(Path(folder, "and.json"))
    ...     ff.load(Path(folder, "and.json")) == result
    True
    """
    data = Path(path).read_bytes()
    if data.startswith(_ARCHIVE):
        msg = (
            f"{path}: is an archive, expected a file that the save of a result wrote; counts are "
            "read by fourfold.Counts.load, arrays by numpy.load"
        )
        raise ValueError(msg)
    try:
        record = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        msg = f"{path}: is not a file that the save of a result wrote: {error!s:.100}"
        raise ValueError(msg) from error
    if not isinstance(record, dict) or "format" not in record or "type" not in record:
        what = "what a command of fourfold wrote" if _of_command(record) else "other JSON"
        msg = (
            f"{path}: is {what}, expected a file that the save of a result wrote; a part of it "
            "that has a 'type' is read by from_dict of that class"
        )
        raise ValueError(msg)
    if record["format"] != FORMAT:
        msg = (
            f"{path}: was written in format {record['format']!r:.20} by Fourfold "
            f"{record.get('fourfold')!s:.20}, this one reads format {FORMAT}; update Fourfold"
        )
        raise ValueError(msg)
    try:
        return class_of(record, Record).from_dict(record)
    except (TypeError, ValueError) as error:
        msg = f"{path}: is damaged: {error}"
        raise ValueError(msg) from error


def _of_command(record: Any) -> bool:
    return isinstance(record, dict) and "command" in record
