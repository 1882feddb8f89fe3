"""A gate: one record with all that bpcalc knows of one operation. The records stand in `bpcalc/gates/`.

Imports nothing of bpcalc. Every consumer (parser, engines, printers, catalogue, tests) loops over `GATES`, so adding
a gate touches one file. In a rule `m` is the algebra that the numbers come from, `y` the gate's own output and
`x`, `a`, `b`, … its inputs: the same rule serves floats and symbols.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from functools import partial

from bpcalc.typed import Any, NamedTuple

# How tightly an operator binds, loosest first. The parser and the printers both read these; only texts that are read
# have CHOICE (c ? a : b) to NOT, and NumPy's signs between conditions.
CHOICE, OR, AND, NOT, COMPARISON, BAR, AMPERSAND, SUM, PRODUCT, UNARY, POWER, ATOM = range(1, 13)

# The families whose gates are for arrays: a program with one of them runs on arrays.
ARRAY_FAMILIES = frozenset(("reduction", "matrix", "shape", "loss"))

CONVENTIONS = ("torch", "jax", "first", "all", "none")  # where there is no derivative
LAYOUTS = ("denominator", "numerator")  # of a Jacobian: rows are the entries of the input, or of the output
LESSON = "lesson"  # stands for a convention where formulas are written as the lectures do: see `Gate.lesson`


NOTHING: Mapping[str, Any] = {}  # shared, and never changed


class Literal(float):
    """A number whose double is not the decimal that was typed, `text`: for floats it is that double."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> Literal:
        number = super().__new__(cls, text)
        number.text = text
        return number

    def __getnewargs__(self) -> tuple[str]:  # type: ignore[override]
        return (self.text,)

    def __neg__(self) -> Literal:
        return Literal(self.text[1:] if self.text[0] == "-" else f"-{self.text}")


class Quotient(float):
    """A number that was typed as a calculation which no decimal is, an option `q=1/3`: for floats it is the double.

    fraction  what it is; a `fractions.Fraction`
    """

    __slots__ = ("fraction",)
    fraction: Any

    def __new__(cls, fraction: Any) -> Quotient:
        number = super().__new__(cls, fraction)
        number.fraction = fraction
        return number

    def __getnewargs__(self) -> tuple[Any]:
        return (self.fraction,)

    def __neg__(self) -> Quotient:
        return Quotient(-self.fraction)


class Calculated(float):
    """A number that was typed as a calculation which no fraction is, an option `q=1/pi`: for floats it is the double.

    text    the calculation, as the language has it
    within  `within(m)`: the same in the algebra `m`
    """

    __slots__ = ("text", "within")
    text: str
    within: Callable[[Any], Any]

    def __new__(cls, number: float, text: str, within: Callable[[Any], Any]) -> Calculated:
        made = super().__new__(cls, number)
        made.text = text
        made.within = within
        return made

    def __reduce__(self) -> Any:  # a copy in another process is the double
        return float, (float(self),)

    def __deepcopy__(self, memo: Any) -> Calculated:  # nothing in it changes
        return self

    def __neg__(self) -> Calculated:
        return Calculated(-float(self), f"-({self.text})", lambda m: -self.within(m))


def as_typed(number: float) -> str:
    """How a number was typed that is no plain float: a fraction, a calculation, or a decimal of more digits than
    doubles have. "" for a plain one."""
    return str(number.fraction) if isinstance(number, Quotient) else getattr(number, "text", "")


class Kink(NamedTuple):
    """Where a gate has no derivative, and what is done there. Its functions are rules for any algebra, entry by entry.

    touched    `touched(m, y, *inputs)`: which entries lie on the kink?
    one_sided  `one_sided(m, y, inputs, tangents)`: the derivative of the gate in that direction only. It holds where
               the kink is touched; beside a pullback everywhere
    rule       what is done there, in words, by convention; "torch" is the default where one is not listed
    limit      `limit(m, y, inputs, tangents)`: the value of a gate that jumps, just beyond in that direction
    corners    beside a pullback: `corners(m, y, *inputs)`: which entries of the first input break the derivative
    """

    touched: Any
    one_sided: Any
    rule: dict[str, str]
    limit: Any = None
    corners: Any = None

    def says(self, convention: str) -> str:
        return self.rule.get(convention, self.rule["torch"])

    def bind(self, options: Mapping[str, Any]) -> Kink:
        """The kink of a gate whose entries mix, with the gate's options chosen."""
        return self._replace(
            touched=partial(self.touched, **options),
            one_sided=partial(self.one_sided, **options),
            corners=partial(self.corners, **options),
        )


class Gate:
    """One operation.

    name         what it is called in the language
    spelling     how it is printed, where that is not its name
    parameters   its inputs' names, the calculus' own letters
    local        the local gradient for each input (∂y/∂input): a function (m, y, *inputs), the number 1 or -1, or None
                 where no gradient flows; for a variadic gate one function that returns all
    forward      `forward(m, *inputs)`; None: the algebra has a function of this name
    defaults     inputs that may be left out, with their values
    infix        its operator and how tightly that binds; prefix: likewise for a sign
    conventions  the local gradients by convention, where they differ from `local`
    pullback     for a gate whose entries mix (a matrix product, a sum): downstream from upstream for each input,
                 `pullback[k](m, g, y, *inputs)`, without forming the Jacobian; it stands in the place of `local`
    pushforward  its forward mode: "linear" in each input, "joint" in all together, or for each input
                 `pushforward[k](m, t, y, *inputs)`; without one the entries of an input are summed into the results
    pushforwards the same by convention, where they differ from `pushforward`
    alone        the name of the gate that stands for it with one argument (`max(X)` of one array)
    options      what is chosen when the program is written (`axis`), with the default, or `...` for one that must
                 be chosen; rules take them by keyword. `chosen`: the choice for the example and the tests
    kink         where the derivative does not exist
    turns        `turns(m, y, *inputs)`: at which entries the derivative exists, but the second one may not
    condition    `condition(m, y, *inputs)`: by how much it may grow relative errors, for a gate that may leave no digit
    orders       the places of inputs that the gate changes with but has no gradient by: the order of a derivative
    routes       the local gradients are weights that switch the upstream: a weight of 0 blocks it even if infinite
    pattern      what it does in the backward pass, one word; `says`: the same as a clause for the trace
    lesson       the local gradients as the lectures write them, where the exact rule is written otherwise; beside a
                 pullback they stand among the conventions, as `LESSON`
    formal       the local gradients of a gate that decides (relu, max) for formulas without values, in the place of
                 `lesson`: `m.decided` has the switch
    shape        `shape(*shapes)`: says in a ValueError what is wrong with the shapes of the inputs
    packed       `packed(m, *inputs)`: the gate built from elementary gates, for `--expand`, which knows no shapes; with
                 options for which there is no such form it gives None
    latex        a template with {0}, {1}, … for the inputs, or only the function's name
    unicode      the same for formulas that are written by hand; {0:a} gets brackets unless it is short
    formula      what it computes; samples: points of its domain, used by the tests and the examples
    """

    title: str = ""
    aliases: tuple[str, ...] = ()
    defaults: Mapping[str, float] = NOTHING
    infix: tuple[str, int] | None = None
    prefix: str = ""
    variadic: bool = False
    alone: str = ""
    forward: Any = None
    pullback: Any = ()
    pushforward: Any = ""
    pushforwards: Mapping[str, Any] = NOTHING
    options: Mapping[str, Any] = NOTHING
    chosen: Mapping[str, Any] = NOTHING
    shape: Any = None
    spelling: str = ""
    conventions: Mapping[str, Any] = NOTHING
    kink: Kink | None = None
    turns: Any = None
    condition: Any = None
    orders: tuple[int, ...] = ()
    routes: bool = False
    pattern: str = "scales"
    says: str = ""
    lesson: Any = None
    formal: Any = None
    packed: Any = None
    latex: str = ""
    unicode: str = ""
    formula: str = ""
    samples: tuple[tuple[Any, ...], ...] = ()
    family: str = ""

    def __init__(self, name: str, parameters: str, local: Any = (), **fields: Any) -> None:
        unknown = fields.keys() - Gate.__annotations__.keys()
        if unknown:
            raise TypeError(f"a gate has no field called {', '.join(unknown)}")
        self.__dict__.update(FIELDS | fields)  # a default found in the class would take the loops twice as long
        self.name = name
        self.parameters = tuple(parameters.split())
        self.local = local
        self.title = self.title or name
        self.spelling = self.spelling or name
        self.of_arrays = self.family in ARRAY_FAMILIES
        self.differentiable = self.variadic or any(rule is not None for rule in (*local, *self.pullback))
        self._bound: MutableMapping[tuple[Any, ...], Gate] | None = None

    def __deepcopy__(self, memo: Any) -> Gate:
        """Itself: a record is one, and known by being it."""
        return self

    def rules(self, convention: str) -> Any:
        """The local gradients, or the pullbacks, under a convention; or `LESSON`, as the lectures write them."""
        if convention == LESSON and self.formal:
            return self.formal
        if convention == LESSON and self.lesson:
            return tuple(taught or exact for taught, exact in zip(self.lesson, self.local, strict=True))
        return self.conventions.get(convention, self.pullback or self.local)

    def bind(self, options: Mapping[str, Any]) -> Gate:
        """The gate with its options chosen: one and the same record for the same choice, as long as one is in use."""
        if self._bound is None:
            from weakref import WeakValueDictionary

            self._bound = WeakValueDictionary()
        chosen = {**self.options, **options}
        # floats by their digits: arange(-0, 3) is not arange(0, 3), for 1/x tells them apart
        key = tuple([as_typed(one) or one.hex() if isinstance(one, float) else one for one in chosen.values()])
        bound = self._bound.get(key)
        if bound is None:
            bound = self._bound[key] = self.copy()
            bound.options = chosen
            bound.forward = partial(self.forward, **bound.options) if self.forward else None
            if not isinstance(self.pushforward, str):
                bound.pushforward = _chosen(self.pushforward, bound.options)
            bound.packed = partial(self.packed, **bound.options) if self.packed else None
            bound.pushforwards = {name: _chosen(rules, bound.options) for name, rules in self.pushforwards.items()}
            bound.pullback = _chosen(self.pullback, bound.options)
            if self.kink and self.pullback:
                bound.kink = self.kink.bind(bound.options)
            bound.conventions = {name: _chosen(rules, bound.options) for name, rules in self.conventions.items()}
        return bound

    def copy(self) -> Gate:
        """Another record that says the same."""
        other = Gate.__new__(Gate)
        other.__dict__.update(self.__dict__)
        return other

    def takes(self) -> list[str]:
        """What stands between the brackets of a call: inputs, then options, each with its default."""
        inputs = [f"{name}={self.defaults[name]:g}" if name in self.defaults else name for name in self.parameters]
        options = [name if value is ... else f"{name}={_plain(value)}" for name, value in self.options.items()]
        if "equation" in self.options:
            return [*options, *inputs, "…"]  # which stands in front
        return [*inputs, *["…"] * self.variadic, *options]

    def __repr__(self) -> str:
        return f"<gate {self.name}>"


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _chosen(rules: Any, options: dict[str, Any]) -> Any:
    if callable(rules):
        return partial(rules, **options)
    return tuple(rule and partial(rule, **options) for rule in rules)


FIELDS = {field: vars(Gate)[field] for field in Gate.__annotations__}
GATES: dict[str, Gate] = {}  # by name
SPELLINGS: dict[str, Gate] = {}  # by every word that the language reads as a function: names and aliases

# The two leaves of every graph. They are no operations, so they stand outside the catalogue.
INPUT = Gate("input", "")
CONSTANT = Gate("constant", "")
# Two more that only a program's graph has, until `derive` has replaced them: the place of a gradient that is yet to be
# written out, and an argument of a function whose body has one. Such an argument is a node of its own, so that
# h(a, b) = grad(a*b, a) is b in h(x, x) and h(3, 3) too.
GRAD = Gate("grad", "L w")
ARGUMENT = Gate("argument", "x", (1,))


def family(name: str) -> Any:
    """The `gate` function of one family's module: builds a record and adds it to the catalogue."""

    def gate(*arguments: Any, **fields: Any) -> Gate:
        record = Gate(*arguments, family=name, **fields)
        for word in (record.name, *record.aliases):
            if word in SPELLINGS:
                raise ValueError(f"two gates are spelled {word}")
            SPELLINGS[word] = record
        GATES[record.name] = record
        return record

    return gate
