# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""Results as records: equal by value, dictionaries and files of them, and back."""

from __future__ import annotations

import dataclasses
import functools
import importlib
import json
import typing
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

from fourfold.results.equal import same
from fourfold.results.exact import exact, strict, value_of
from fourfold.results.fits import fits, is_shape
from fourfold.results.frame import framed
from fourfold.results.not_saved import NotSaved, measured
from fourfold.results.plain import plain
from fourfold.results.shown import in_notebook
from fourfold.writing import write_text

if TYPE_CHECKING:
    import os

    from fourfold.results.frame import Block

__all__ = ["FORMAT", "Record", "class_of"]

#: Of the files, one more whenever older versions of Fourfold could not read them.
FORMAT = 1


class _Field(NamedTuple):
    """Of a result, and how to read it."""

    name: str
    hint: Any
    none: bool  # whether it may be None; else None is what JSON has for NaN
    required: bool


class Record:
    """A result that is equal to another of the same values, and that files and frames take.

    What a class adds: `_left_out`, the fields that are not saved and do not count for `==`, as
    there are ways to compute them only, or an entry for each row; `_derived`, properties that
    `to_dict` has beside the fields; and `_blocks`, what its frame is made of.
    """

    __slots__ = ()

    __array_ufunc__: ClassVar[None]
    _left_out: ClassVar[frozenset[str]] = frozenset()
    _derived: ClassVar[tuple[str, ...]] = ()
    _more: ClassVar[tuple[str, ...]] = ()  # attributes of named tuples that are no fields

    # -- equality ----------------------------------------------------------------------

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if not issubclass(
            cls, tuple
        ):  # arrays leave it to the result whether it is equal to them
            cls.__array_ufunc__ = None

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return False  # and not an array of NumPy's opinions
        return all(same(getattr(self, name), getattr(other, name)) for name in self._saved())

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        msg = f"unhashable type: {type(self).__name__!r}"
        raise TypeError(msg)

    # -- notebooks ---------------------------------------------------------------------

    def _repr_html_(self) -> str | None:
        return in_notebook(self)

    # -- dictionaries and files --------------------------------------------------------

    def to_dict(self) -> dict[str, Any]:
        """All numbers as plain Python values, ready for JSON; None for what is not known.

        Returns
        -------
        dict
            The fields, and what follows from them; `type`, the name of the class; `unit`, which is
            always "bits". `left_out` are the fields that hold functions or an entry for each
            row: these are not in it, only their shapes. `exact`, where it is there, has what the plain
            values do not tell, such as an infinity.

        See Also
        --------
        from_dict : The result again.
        to_frame : A row for each number.

        Examples
        --------
        >>> import fourfold as ff
        >>> record = ff.decompose(ff.gates.AND.pmf).to_dict()
        >>> record["type"], record["unit"], round(record["lower"]["redundancy"], 4)
        ('PID', 'bits', 0.3113)
        """
        record = {"type": type(self).__name__, "unit": "bits"} | self._plain()
        shapes = {name: measured(getattr(self, name)) for name in sorted(self._left_out)}
        left_out = {name: shape for name, shape in shapes.items() if shape is not None}
        if left_out:
            record["left_out"] = left_out
        kept = {
            field.name: exact(getattr(self, field.name))
            for field in self._fields_read()
            if field.name not in self._left_out and not _is_told(self, field, record)
        }
        return record | ({"exact": kept} if kept else {})

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Self:
        """Make a result of what `to_dict` made of it, also after it was JSON.

        Parameters
        ----------
        record : mapping
            Of `to_dict`. What it has beside the fields is passed over.

        Returns
        -------
        PID, LayerProfile, Comparison, ...
            Equal to the one that the record was made of, of the same class. What was left out, such as
            the coupling of a `PID`, is not there: to ask for it raises `ValueError`, which says so.

        Raises
        ------
        TypeError
            If `record` is not a mapping.
        ValueError
            If it is of another class, or is missing a field, or a field does not hold what it should.

        See Also
        --------
        fourfold.load : Reads what `save` wrote, of whatever class it is.

        Examples
        --------
        >>> import json, fourfold as ff
        >>> result = ff.decompose(ff.gates.AND.pmf)
        >>> record = json.loads(json.dumps(result.to_dict()))
        >>> ff.PID.from_dict(record) == result
        True
        """
        try:
            made = cls._read(record)
            (
                repr(made),
                made.to_dict(),
            )  # what can be said of it, now rather than where it is used
        except Exception as error:  # whatever the fields' code trips over
            if str(error).startswith("record: "):
                raise
            what = f"record: the fields of a result of type {cls.__name__}"
            msg = f"{what} do not fit together: {error!s:.100}"
            raise ValueError(msg) from error
        return made

    @classmethod
    def _read(cls, record: Mapping[str, Any]) -> Self:
        """A result of a record, or of a part of one."""
        found = class_of(record, cls)
        left_out, told = (record.get(name) or {} for name in ("left_out", "exact"))
        good = isinstance(left_out, Mapping) and isinstance(told, Mapping)
        if not good:
            msg = "record: expected dictionaries as left_out and exact"
            raise ValueError(msg)
        values: dict[str, Any] = {}
        for field in found._fields_read():
            name = field.name
            if name in found._left_out:
                if not is_shape(left_out.get(name, [])):
                    msg = f"record: left_out has no shape of {name}: {left_out[name]!r:.60}"
                    raise ValueError(msg)
                if name in left_out:
                    values[name] = NotSaved(name, left_out[name])
                elif field.required:
                    values[name] = None
                continue
            source = told if name in told else record
            if name in source:
                try:
                    values[name] = value_of(source[name], field.hint, none=field.none)
                except (
                    TypeError,
                    KeyError,
                    AttributeError,
                    ValueError,
                    OverflowError,
                ) as error:
                    msg = f"record: {name} of a {found.__name__} cannot be read: {error}"
                    raise ValueError(msg) from error
                if not (
                    fits(values[name], field.hint) or (field.none and values[name] is None)
                ):
                    kind = type(values[name]).__name__
                    msg = f"record: {name} of a {found.__name__} cannot be of type {kind}"
                    raise ValueError(msg)
            elif field.required:
                msg = f"record: there is no {name!r}, which a {found.__name__} needs"
                raise ValueError(msg)
        more = {name: values.pop(name) for name in found._more}
        made: Self = found(**values)
        for name, value in more.items():
            setattr(made, name, value)
        return made

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it as JSON, which `fourfold.load` reads.

        The file holds what `to_dict` has. It takes the place of one that is there when it is
        written as a whole; if that fails, the old one stays.

        Parameters
        ----------
        path : str or path
            By custom with the ending ``.json``.

        Raises
        ------
        OSError
            If it cannot be written.

        See Also
        --------
        fourfold.load : The result again.
        to_dict : What is in the file.

        Examples
        --------
        >>> import pathlib, tempfile, fourfold as ff
        >>> result = ff.decompose(ff.gates.AND.pmf)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     result.save(pathlib.Path(folder, "and.json"))
        ...     ff.load(pathlib.Path(folder, "and.json")).synergy == result.synergy
        True
        """
        version = importlib.import_module("fourfold._core").__version__
        record = {"fourfold": version, "format": FORMAT} | strict(self.to_dict())
        write_text(path, json.dumps(record, allow_nan=False) + "\n")

    # -- frames ------------------------------------------------------------------------

    def to_frame(self) -> Any:
        """The numbers as a long frame, one row a number.

        Returns
        -------
        pandas.DataFrame
            `what` the number is of, "atom", "information" and others; `atom`, its name; its
            `value` in bits; `lower` and `upper`, certified bounds; `bias`, as estimated; `low` and
            `high`, the ends of its interval by sampling. NaN where there is none. Then what else is known,
            such as `standard_error` and `pvalue`. Parts of a batch, layers, data sets, levels of
            noise, numbers of clusters, cases and strata are the first columns. What has an entry for
            each row, as `PointwiseAtoms`, has a column for each field instead.

        Raises
        ------
        ImportError
            If pandas is not installed; `to_dict` has the same without it.

        See Also
        --------
        to_dict : Plain values, without pandas.
        PID.to_xarray : A batch as arrays with names.

        Examples
        --------
        >>> import fourfold as ff
        >>> frame = ff.decompose(ff.gates.AND.pmf).to_frame()
        >>> frame.loc[[0, 3], ["what", "atom", "value"]].round(3)
           what        atom  value
        0  atom  redundancy  0.311
        3  atom     synergy  0.500
        """
        return framed(self._blocks())

    def _blocks(self) -> list[Block] | dict[str, Any]:
        """Lines of numbers, or columns as they are."""
        raise NotImplementedError

    # -- what of it is saved -----------------------------------------------------------

    @classmethod
    def _fields_read(cls) -> tuple[_Field, ...]:
        whole: Any = cls
        return _fields(whole)

    @classmethod
    def _saved(cls) -> list[str]:
        return [field.name for field in cls._fields_read() if field.name not in cls._left_out]

    def _plain(self) -> dict[str, Any]:
        """Fields and derived numbers, for people."""
        return {name: plain(getattr(self, name)) for name in [*self._saved(), *self._derived]}


def class_of(record: Any, expected: type[Any]) -> Any:
    """The class that a record is of, which is the one expected or one below it; or raise."""
    if not isinstance(record, Mapping):
        msg = f"record: expected a dictionary of to_dict, got {type(record).__name__}"
        raise TypeError(msg)
    name = record.get("type", expected.__name__)
    public = importlib.import_module("fourfold")
    found: Any = None
    if name == expected.__name__:
        found = expected
    elif isinstance(name, str) and name in public.__all__:
        found = getattr(public, name)
    good = isinstance(found, type) and issubclass(found, Record)
    if not good:
        msg = f"record: expected the type of a result, such as 'PID', got {name!r:.60}"
        raise ValueError(msg)
    good = issubclass(found, expected)
    if not good:
        msg = f"record: is of a {name}, not of a {expected.__name__}; use fourfold.{name}.from_dict"
        raise ValueError(msg)
    return found


@functools.cache
def _fields(cls: Any) -> tuple[_Field, ...]:
    """In their order."""
    hints = typing.get_type_hints(cls, include_extras=True)
    defaults: dict[str, Any] = dict.fromkeys(cls._more, dataclasses.MISSING)
    if dataclasses.is_dataclass(cls):
        defaults = {field.name: field.default for field in dataclasses.fields(cls)}
    else:
        of_tuple: Any = cls
        defaults = {
            name: of_tuple._field_defaults.get(name, dataclasses.MISSING)
            for name in of_tuple._fields
        } | defaults
    return tuple(
        _Field(name, hints[name], default is None, default is dataclasses.MISSING)
        for name, default in defaults.items()
    )


def _is_told(result: Record, field: _Field, record: Mapping[str, Any]) -> bool:
    """Whether the plain value of a field tells all of it."""
    value = getattr(result, field.name)
    if field.name not in record:
        return value is None
    try:
        found = value_of(record[field.name], field.hint, none=field.none)
    except (TypeError, KeyError, AttributeError, ValueError, OverflowError):
        return False
    return same(found, value)
