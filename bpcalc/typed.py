"""What the modules of a start take from `typing`, without its price: a tenth of a one-shot calculation.

For type checkers these are typing's own. While a program runs nothing looks at annotations, so the names that stand
only there are empty classes; `NamedTuple` makes what typing's makes, but does not look at the types of the fields.
"""

from __future__ import annotations

from collections import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, ClassVar, Generic, NamedTuple, NoReturn, Protocol, TextIO, TypeVar

    __all__ = [
        "TYPE_CHECKING", "Any", "ClassVar", "Generic", "NamedTuple", "NoReturn", "Protocol", "TextIO", "TypeVar",
    ]  # fmt: skip
else:

    class Any:
        """Whatever."""

    class ClassVar:
        """Of a class, not of its instances."""

    class NoReturn:
        """Of a function that does not return."""

    class TextIO:
        """A stream."""

    class Generic:
        """A class with a type that is filled in: `Rows[Row]`."""

        def __class_getitem__(cls, given):
            return cls

    class Protocol(Generic):
        """What a class must have to be taken for this."""

    class TypeVar:
        """A type that is filled in."""

        def __init__(self, name, bound=None):
            self.__name__ = name
            self.__bound__ = bound

        def __repr__(self):
            return f"~{self.__name__}"

    class _Records(type):
        """Makes the class of a record of its annotations, which are its fields."""

        def __new__(cls, name, bases, body):
            if not bases:
                return super().__new__(cls, name, bases, body)
            kinds = body.get("__annotations__", {})
            defaults = [body[field] for field in kinds if field in body]
            made = namedtuple(name, kinds, defaults=defaults, module=body["__module__"])
            made.__annotations__ = made.__new__.__annotations__ = kinds
            for key, value in body.items():
                if key not in kinds and key not in ("__module__", "__annotations__"):
                    setattr(made, key, value)
            return made

    class NamedTuple(metaclass=_Records):
        """A tuple whose fields have names."""
