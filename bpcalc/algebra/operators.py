"""Python's operators on the numbers of an algebra: each is the gate of that algebra."""

from __future__ import annotations

from bpcalc.typed import Any, Generic, TypeVar

Result = TypeVar("Result")


class Operators(Generic[Result]):
    """A number that knows its algebra, `m`, whose gates give a `Result`."""

    __slots__ = ()

    m: Any

    def __add__(self, other: Any) -> Result:
        result: Result = self.m.add(self, other)
        return result

    def __radd__(self, other: Any) -> Result:
        result: Result = self.m.add(other, self)
        return result

    def __sub__(self, other: Any) -> Result:
        result: Result = self.m.subtract(self, other)
        return result

    def __rsub__(self, other: Any) -> Result:
        result: Result = self.m.subtract(other, self)
        return result

    def __mul__(self, other: Any) -> Result:
        result: Result = self.m.multiply(self, other)
        return result

    def __rmul__(self, other: Any) -> Result:
        result: Result = self.m.multiply(other, self)
        return result

    def __neg__(self) -> Result:
        result: Result = self.m.negate(self)
        return result

    def __lt__(self, other: Any) -> Any:
        return self.m.less(self, other)

    def __le__(self, other: Any) -> Any:
        return self.m.less_equal(self, other)

    def __gt__(self, other: Any) -> Any:
        return self.m.greater(self, other)

    def __ge__(self, other: Any) -> Any:
        return self.m.greater_equal(self, other)
