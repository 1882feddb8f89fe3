"""`bpcalc.typed` stands for `typing` while a program runs: its named tuples are those of the standard library."""

from __future__ import annotations

import copy
import inspect
import pickle
import typing
from typing import Any

import pytest

from bpcalc import typed
from bpcalc.errors import BpcalcError
from bpcalc.reports.options import DEFAULTS, Options


class Theirs(typing.NamedTuple):
    """A record."""

    name: str
    size: int = 2
    parts: tuple[str, ...] = ()

    @property
    def twice(self) -> int:
        """Twice the size."""
        return 2 * self.size

    @classmethod
    def made(cls, name: str) -> Any:
        return cls(name, 3)

    def __str__(self) -> str:
        return f"<{self.name}>"


class Ours(typed.NamedTuple):
    """A record."""

    name: str
    size: int = 2
    parts: tuple[str, ...] = ()

    @property
    def twice(self) -> int:
        """Twice the size."""
        return 2 * self.size

    @classmethod
    def made(cls, name: str) -> Any:
        return cls(name, 3)

    def __str__(self) -> str:
        return f"<{self.name}>"


def told(kind: Any) -> dict[str, Any]:
    """What can be seen of such a class and of one of its records."""
    one = kind("x", size=5)
    match one:
        case kind(name, size):
            matched = (name, size)
    return {
        "record": tuple(one), "repr": repr(one).replace(kind.__name__, ""), "text": str(one), "twice": one.twice,
        "made": tuple(kind.made("y")), "replaced": tuple(one._replace(parts=("a",))), "dict": one._asdict(),
        "fields": kind._fields, "defaults": kind._field_defaults, "matched": matched, "doc": kind.__doc__,
        "bases": kind.__bases__, "module": kind.__module__, "from": tuple(kind._make("abc")),
        "annotations": set(kind.__annotations__), "slots": hasattr(one, "__dict__"), "equal": one == ("x", 5, ()),
        "signature": str(inspect.signature(kind)).replace("ForwardRef('", "").replace("')", "").replace("'", ""),
        "property": kind.twice.__doc__, "field": kind.name.__doc__, "type": type(kind),
    }  # fmt: skip


def test_a_record_is_what_typing_makes() -> None:
    ours, theirs = told(Ours), told(Theirs)
    assert ours.pop("signature").split(")")[0].count("=") == theirs.pop("signature").split(")")[0].count("=")
    assert ours == theirs


def test_records_are_copied_and_pickled() -> None:
    one = Ours("x", parts=("a", "b"))
    for same in (pickle.loads(pickle.dumps(one)), copy.copy(one), copy.deepcopy(one)):
        assert same == one
        assert type(same) is Ours


@pytest.mark.parametrize("wrong", [(), ("x", 1, (), 4)])
def test_a_wrong_number_of_fields_is_an_error(wrong: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError):
        Ours(*wrong)
    with pytest.raises((TypeError, ValueError)):
        Ours("x")._replace(colour="red")  # type: ignore[call-arg]


def test_the_records_of_bpcalc_are_such() -> None:
    assert pickle.loads(pickle.dumps(DEFAULTS)) == DEFAULTS
    assert Options()._replace(wrt=("x",)).wrt == ("x",)
    assert not hasattr(BpcalcError, "_fields")
