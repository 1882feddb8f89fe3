"""`from bpcalc import function`: a program as a Python function, as fast as the generated code.

The one place where text becomes code: the emitter's own, from a graph, in which every name is one that was chosen here.
Nothing of a person's text is in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bpcalc.calculations.code import derivation
from bpcalc.emit import python
from bpcalc.emit.arraytable import ARRAYS
from bpcalc.emit.legal import Legal
from bpcalc.emit.plan import Plan
from bpcalc.emit.pythontable import SCALARS
from bpcalc.errors import BpcalcError, Source, did_you_mean
from bpcalc.gate import CONVENTIONS
from bpcalc.reading import objects
from bpcalc.reading.parser import parse
from bpcalc.reports.derivation import Derivation
from bpcalc.reports.options import Options

NUMBERS = (float, int)
Passes = Callable[[Mapping[str, Any]], tuple[Any, dict[str, Any]]]  # the value and the gradients, of values by name


class Function:
    """The value and the gradients of a program: `f(x=-2, y=5)` gives `(value, {"x": …, "y": …})`.

    parameters  the names of the variables, in the order in which `f(-2, 5)` takes them too
    asked       the names that gradients are for
    source      the text that was compiled
    of_numbers  the compiled function itself: floats in the order of `parameters` to the value, and the gradients in the
                order of `asked`; None for a program of arrays

    Of arrays, a program of single numbers gives a result for each row, and they broadcast; a program of arrays is
    compiled again for other shapes.
    """

    def __init__(self, source: Source, options: Options) -> None:
        self._source = source
        self._options = options
        program = parse(source)
        self._is_of_arrays = any(gate.of_arrays for gate in program.graph.kinds)
        self._sizes = [name for name in program.variables if name in program.sizes]
        self.parameters: tuple[str, ...] = tuple(program.variables)
        self._known: dict[Any, Any] = {}
        self.of_numbers: Any = None
        self.asked: tuple[str, ...] = ()
        self.source = ""
        if not self._is_of_arrays:
            found = derivation(source, {}, {}, options, lessons=False)
            self.parameters = tuple(one.name for one in found.parameters)
            self.asked = tuple(found.gradient)
            self.source, self.of_numbers = _compiled(found, is_array=False)

    def __call__(self, *arguments: Any, **variables: Any) -> tuple[Any, dict[str, Any]]:
        if variables or len(arguments) != len(self.parameters):
            arguments = self._arranged(arguments, variables)
        if self.of_numbers is not None:
            for one in arguments:
                if one.__class__ not in NUMBERS:
                    break
            else:
                value, gradients = self.of_numbers(*map(float, arguments))
                return value, dict(zip(self.asked, gradients, strict=True))
        return self._on_arrays(arguments)

    def __repr__(self) -> str:
        return f"<function of {', '.join(self.parameters)}>"

    def _arranged(self, arguments: tuple[Any, ...], variables: Mapping[str, Any]) -> tuple[Any, ...]:
        """The arguments in the order of the parameters. Raises BpcalcError where one is missing or too many."""
        names = self.parameters
        if len(arguments) > len(names):
            raise BpcalcError(f"the function takes {len(names)} arguments, not {len(arguments)}")
        given = dict(zip(names, arguments, strict=False))
        for name in variables:
            if name not in names:
                hint = did_you_mean(name, names) or f"its variables are {', '.join(names)}"
                raise BpcalcError(f'the function has no variable "{name}"', hint=hint)
            if name in given:
                raise BpcalcError(f'"{name}" is given twice')
        given.update(variables)
        missing = [name for name in names if name not in given]
        if missing:
            raise BpcalcError(f'"{missing[0]}" has no value', hint=f"for example f({missing[0]}=2)")
        return tuple(given[name] for name in names)

    def _on_arrays(self, arguments: Sequence[Any]) -> tuple[Any, dict[str, Any]]:
        from bpcalc.algebra.arrays import apart, lent

        try:
            values = dict(zip(self.parameters, map(lent, arguments), strict=True))
        except (TypeError, ValueError):
            raise BpcalcError("the values are numbers, or arrays of numbers") from None
        key: Any = None
        if self._is_of_arrays:
            key = (*(value.shape for value in values.values()), *(float(values[name]) for name in self._sizes))
        if key not in self._known:
            self._known[key] = self._for_shapes(values)
        order, asked, run = self._known[key]
        value, gradients = run(*(values[name] for name in order))
        value, *gradients = apart((value, *gradients), values.values())
        if self._is_of_arrays:
            return value, dict(zip(asked, gradients, strict=True))
        return value, {name: _like(gradient, value) for name, gradient in zip(asked, gradients, strict=True)}

    def _for_shapes(self, values: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[str, ...], Any]:
        """The function for arrays like these; of single numbers one for all."""
        given = values if self._is_of_arrays else {}
        found = derivation(self._source, {}, given, self._options, lessons=False)
        self.source, run = _compiled(found, is_array=True, converts=False)
        return tuple(one.name for one in found.parameters), tuple(found.gradient), run


def function(
    program: str, /, *, wrt: Sequence[str] | str = (), of: str | None = None, convention: str = "torch"
) -> Function:
    """The value and the gradients of a program as a function of its variables, compiled once, for many calls.

        >>> from bpcalc import function
        >>> f = function("(x+y)*z")
        >>> f(x=-2, y=5, z=-4)
        (-12.0, {'x': -4.0, 'y': -4.0, 'z': 3.0})

    The arguments are those of `gradient`; the results are its results, bit for bit. Raises BpcalcError likewise.
    """
    options = Options(
        wrt=objects.read_names("wrt", wrt),
        of=objects.read_name("of", of),
        convention=objects.read_word("convention", convention, CONVENTIONS),
    )
    return Function(objects.read_program(program), options)


def compiled(source: Source, values: Mapping[str, Any], options: Options) -> Passes:
    """Both passes as a function of all values by name, for others than these too, in the same shapes.

    The program is read as it is with these values: `xy` is x*y where x and y are among them, sizes are numbers.
    """
    found = derivation(source, {}, values, options, lessons=False)
    assert found.circuit is not None
    _, run = _compiled(found, is_array=found.circuit.m.shaped)
    order, asked = [one.name for one in found.parameters], tuple(found.gradient)

    def passes(values: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
        value, gradients = run(*[values[name] for name in order])
        return value, dict(zip(asked, gradients, strict=True))

    return passes


def compiled_numbers(d: Derivation) -> Callable[..., tuple[float, tuple[float, ...]]]:
    """A derivation on single numbers as a function: of floats in the order of its parameters, which are called x0, x1,
    …, it gives the value, and in order what its `gradient` names."""
    call: Callable[..., tuple[float, tuple[float, ...]]] = _compiled(d, is_array=False)[1]
    return call


def _like(gradient: Any, value: Any) -> Any:
    """A gradient with one entry for each row of the value."""
    shape = getattr(value, "shape", ())
    if getattr(gradient, "shape", ()) == shape:
        return gradient
    from bpcalc.algebra.arrays import ARRAYS

    return ARRAYS.spread(gradient, value)


def _compiled(d: Derivation, *, is_array: bool, converts: bool = True) -> tuple[str, Any]:
    """The text of a function of our own names, and the function that it becomes: value, and gradients in order.

    converts  whether it makes NumPy's doubles of its arguments, which copies arrays
    """
    table = ARRAYS if is_array else SCALARS
    own = d._replace(
        text="", labels={node: f"v{node}" for node in d.labels}, given={node: f"v{node}" for node in d.given}
    )
    inputs = {one.node: f"x{place}" for place, one in enumerate(d.parameters)}
    plan = Plan(own, table, Legal(python.RESERVED | {*inputs.values()}, is_ascii=True), squares=not is_array,
                gradient=lambda name: f"g_{name}", inputs=inputs)  # fmt: skip
    helpers = python.preamble(plan, table, is_array=is_array)
    plan.gradient = {f"{place}": text for place, text in enumerate(plan.gradient.values())}
    body = python.function(plan, "f", is_array=is_array, rows=False, as_tuple=True, converts=converts)
    code = "\n\n\n".join(part.strip("\n") for part in (*helpers, body))
    text = f"{python.imports(code)}\n{code}\n"
    names: dict[str, Any] = {}
    exec(compile(text, "<bpcalc function>", "exec"), names)
    return text, names["f"]
