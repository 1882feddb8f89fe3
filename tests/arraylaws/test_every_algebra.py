"""One set of laws over every gate and every algebra, at special points too: 0, ties, equal entries, infinities, NaN,
arrays without entries, single numbers with an axis. Each algebra gives the same result, or refuses like the others."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
from cases import CASES, Case
from every import every
from every_algebra import Circuit, Found, near, on_duals, on_numbers, on_symbols, on_textbook, same, shape_alone

from bpcalc.algebra.arrays import ARRAYS
from bpcalc.algebra.floats import FLOATS
from bpcalc.gate import LESSON, Gate
from bpcalc.gates.arrays import GATES

INF, NAN = math.inf, math.nan
STRANGE = {
    1: (-INF, -800.0, -2.0, -1.0, -0.5, -0.0, 0.0, 0.5, 1.0, 2.0, 40.0, 800.0, INF, NAN),
    2: (-INF, -2.0, 0.0, 1.0, INF, NAN),
    3: (-1.0, 0.0, 1.0, INF),
}
ENTRYWISE = [gate for gate in GATES.values() if not gate.of_arrays]
EVERY_ENTRYWISE = pytest.mark.parametrize("gate", ENTRYWISE, ids=lambda gate: gate.name)
RULES = [(gate, convention) for gate in ENTRYWISE for convention in ("torch", *gate.conventions)]
EVERY_RULE = pytest.mark.parametrize(("gate", "convention"), RULES, ids=[f"{gate.name}-{word}" for gate, word in RULES])


def points(gate: Gate) -> list[tuple[float, ...]]:
    """The samples, and all combinations of strange numbers."""
    arity = 2 if gate.variadic else len(gate.parameters)
    # 171! and more is no double: polygamma(800, x) takes a second for nothing
    orders = (lambda point: abs(point[0]) < 100) if gate.name == "polygamma" else lambda point: True
    samples = [sample for sample in gate.samples if len(sample) == arity]
    return [*samples, *filter(orders, itertools.product(STRANGE[arity], repeat=arity))]


def together(gate: Gate) -> Circuit:
    """All points at once, each an entry of arrays."""
    return Circuit(gate, [np.array(column) for column in zip(*points(gate), strict=True)])


# Gates that work entry by entry


@EVERY_RULE
def test_arrays_have_in_each_entry_what_floats_have(gate: Gate, convention: str) -> None:
    found = on_numbers(ARRAYS, together(gate), convention)
    assert found is not None
    for place, point in enumerate(points(gate)):
        alone = on_numbers(FLOATS, Circuit(gate, point), convention)
        assert alone is not None
        assert near(found.value[place], alone.value, 2e-14), point
        # the upstream at this place; of a single number it is 0.5
        scale = (0.5 + 0.25 * place) / 0.5
        for entries, number in zip(found.gradients, alone.gradients, strict=True):
            assert near(entries[place], number * scale, 1e-13), point


@EVERY_ENTRYWISE
def test_single_numbers_are_the_same_on_floats_and_arrays(gate: Gate) -> None:
    """To the question whether anything flows, too."""
    for point in points(gate):
        alone, found = on_numbers(FLOATS, Circuit(gate, point)), on_numbers(ARRAYS, Circuit(gate, point))
        assert alone is not None
        assert found is not None
        assert near(found.value, alone.value, 2e-14), point
        assert all(map(near, found.gradients, alone.gradients, itertools.repeat(1e-13))), point


@EVERY_RULE
def test_dual_numbers_and_formulas_have_the_same_value_and_gradients(gate: Gate, convention: str) -> None:
    for m, circuits in ((FLOATS, [Circuit(gate, point) for point in points(gate)]), (ARRAYS, [together(gate)])):
        for circuit in circuits:
            agree(on_numbers(m, circuit, convention), on_duals(m, circuit, convention), circuit)
            agree(on_numbers(m, circuit, convention), on_symbols(m, circuit, convention), circuit)


@EVERY_ENTRYWISE
def test_formulas_for_every_point_have_the_gradients_away_from_kinks(gate: Gate) -> None:
    found, written = on_numbers(ARRAYS, together(gate)), on_textbook(together(gate))
    assert found is not None
    assert written is not None
    assert_textbook(found, written, on_kink(together(gate), found), together(gate))


@EVERY_ENTRYWISE
def test_what_is_broadcast_and_what_is_empty(gate: Gate) -> None:
    shapes: list[tuple[int, ...]] = [(), (3,), (0,), (2, 1), (2, 3)]
    count = 2 if gate.variadic else len(gate.parameters)
    for chosen in itertools.product(shapes, repeat=min(count, 2)):
        inputs = [
            0.3 + 0.11 * place + 0.4 * np.arange(np.prod(shape, dtype=int)).reshape(shape)[()]  # no ties
            for place, shape in enumerate((*chosen, *chosen[:1])[:count])
        ]
        if gate.name == "polygamma":
            inputs[0] = np.ones(chosen[0])[()]
        alike(Circuit(gate, inputs))


# Gates that take arrays apart or put them together

SPECIAL = [
    np.zeros(3), np.array([3.0, -1.0, 3.0]), np.array([INF, 1.0, INF]), np.array([NAN, 0.0, 1.0]), np.full(2, -INF),
    np.array([5.0]), np.zeros(0), np.ones((2, 2)), np.array([[0.0, 0.0], [2.0, 0.0]]),
    np.array([[INF, 0.0], [1.0, 4.0]]), np.zeros((0, 3)), np.zeros((3, 0)), np.float64(2.0),
]  # fmt: skip
SHORTER = ("sum", "mean", "prod", "amax", "amin", "var", "std", "norm", "logsumexp")
ALONG = ("softmax", "log_softmax", "prod_others", "cumsum", "cumsum_back")
LOSSES = ("mse_loss", "bce_loss", "softmax_loss", "svm_loss")
FURTHER_LOSSES = ("bce_logits_loss", "huber_loss", "nll_loss", "kl_div")
KEPT = [{"axis": axis, "keepdims": True} for axis in (0, -1)]
OPTIONS: dict[str, list[dict[str, Any]]] = {
    **{name: [*({"axis": axis} for axis in (None, 0, -1, 1, (0, 1))), *KEPT] for name in SHORTER},
    **{name: [{"axis": axis} for axis in (None, 0, -1, 1)] for name in ALONG},
    **{name: [{"reduction": reduction} for reduction in ("mean", "none")] for name in LOSSES},
    "reshape": [{"shape": (-1,)}, {"shape": (1, -1)}, {"shape": ()}],
    "index": [{"key": (0,)}, {"key": ((1, None, None),)}],
    "scatter": [{"shape": (3,), "key": ((None, None, None),)}],
    "concat": [{}, {"axis": -1}],
    "stack": [{}, {"axis": 1}],
    "one_hot": [{"size": 3}],
    "transpose": [{}, {"axes": (1, 0)}],
    **{name: [{"axis": axis} for axis in (None, 0, -1, 1)] for name in ("sort", "cumprod", "flip")},
    "median": [*({"axis": axis} for axis in (None, 0, -1, 1, (0, 1))), *KEPT],
    "quantile": [
        *({"axis": axis, "q": 0.3} for axis in (None, 0, -1, 1, (0, 1))), *({**one, "q": 0.5} for one in KEPT),
    ],
    "norm": [
        *({"axis": axis} for axis in (None, 0, -1, 1, (0, 1))), *KEPT,
        *({"order": order} for order in (1, 2, math.inf, -math.inf, 3, "fro", "nuc")), {"order": 1, "axis": 0},
    ],
    **{name: [{"axis": axis, "ddof": ddof} for axis in (None, 0, -1, 1) for ddof in (0, 1)] for name in ("var", "std")},
    "roll": [{"shift": 1}, {"shift": -1, "axis": 0}, {"shift": (1, 2), "axis": (0, 1)}],
    "pad": [{"widths": 1}, {"widths": (1, 0)}, {"widths": ((1, 0), (0, 2)), "value": 2.0}],
    "repeat": [{"count": 2}, {"count": 0}, {"count": 2, "axis": 0}],
    "tile": [{"counts": (2,)}, {"counts": (0, 2)}],
    "windows": [{"axis": 0, "size": 2}, {"axis": -1, "size": 1, "step": 2}],
    "windows_back": [{"axis": 0, "length": 3, "size": 2}],
    "matrix_power": [{"n": n} for n in (0, 1, 3, -1)],
    "einsum": [{"equation": equation} for equation in ("i,i", "ij,ij->i", "ij,jk", "ii,i->i")],
    "put_along": [{"size": 2}, {"size": 3}],
    **{name: [{"reduction": reduction} for reduction in ("mean", "none")] for name in FURTHER_LOSSES},
    **{name: [{"kernel_size": 2}, {"kernel_size": 1, "stride": 2}] for name in ("max_pool2d", "avg_pool2d")},
}


def special_inputs(name: str, x: Any) -> tuple[Any, ...]:
    """The point for each input of a gate; beside it labels, targets and a margin where it takes these."""
    if name in ("take_along", "put_along"):
        return x, np.zeros(np.shape(x))[()]
    if name == "huber_loss":
        return x, np.full(np.shape(x), 0.5)[()], np.float64(1.0)
    if name in ("bce_logits_loss", "kl_div"):
        return x, (np.nan_to_num(x) > 0) * 1.0
    if name in ("conv1d", "conv2d"):
        image = np.reshape(x, (1, *np.shape(x))) if name == "conv2d" else x
        return image, np.ones((2, *np.shape(image)[:1], *(1,) * (np.ndim(image) - 1))), np.float64(0.5)
    if name in ("max_pool2d", "avg_pool2d"):
        return (np.reshape(x, (1, *np.shape(x))) if np.ndim(x) == 2 else x,)
    if name in ("pick", "softmax_loss", "svm_loss", "nll_loss"):
        labels = np.zeros(np.shape(x)[:-1])[()]
        return (x, labels, np.float64(1.0)) if name == "svm_loss" else (x, labels)
    if name == "mse_loss":
        return x, np.full(np.shape(x), 0.5)[()]
    if name == "bce_loss":
        return x, (np.nan_to_num(x) > 0) * 1.0
    if name == "one_hot":
        return (np.clip(np.nan_to_num(x), 0, 2),)
    return (x,) * (2 if GATES[name].variadic else len(GATES[name].parameters))


def special_cases(name: str) -> list[Case]:
    """The gate with its options at the special points."""
    return [
        Case(name, special_inputs(name, x), options)
        for x, options in itertools.product(SPECIAL, OPTIONS.get(name, [{}]))
    ]


@every("case", CASES, by=lambda case: case.name)
def test_every_case_is_alike_on_every_algebra(case: Case) -> None:
    alike(Circuit(case.gate, case.inputs))


@pytest.mark.parametrize("name", [name for name, gate in GATES.items() if gate.of_arrays and gate.parameters])
def test_special_points_are_alike_on_every_algebra(name: str) -> None:
    for case in special_cases(name):
        alike(Circuit(case.gate, case.inputs))


@pytest.mark.parametrize(
    ("name", "convention"),
    [(gate.name, one) for gate in GATES.values() if gate.pullback for one in gate.conventions if one != LESSON],
)
def test_ties_are_alike_in_every_convention(name: str, convention: str) -> None:
    for case in special_cases(name):
        circuit = Circuit(case.gate, case.inputs)
        if (found := on_numbers(ARRAYS, circuit, convention)) is not None:
            agree(found, on_duals(ARRAYS, circuit, convention), circuit)
            agree(found, on_symbols(ARRAYS, circuit, convention), circuit)


def test_no_gate_is_left_out() -> None:
    tried = {case.name for case in CASES} | {gate.name for gate in ENTRYWISE}
    assert tried == set(GATES)
    for name in (name for name, gate in GATES.items() if gate.of_arrays and gate.parameters):
        taken = [on_numbers(ARRAYS, Circuit(case.gate, case.inputs)) is not None for case in special_cases(name)]
        assert any(taken), name


def test_a_single_number_has_one_entry_along_axis_0() -> None:
    """One rule for all reductions, as NumPy has it: axis 0 and -1 are taken, any other is refused."""
    for name, options in OPTIONS.items():
        for chosen in options:
            if GATES[name].family == "reduction":
                gate = GATES[name].bind(chosen)
                found = on_numbers(ARRAYS, Circuit(gate, (2.0,)))
                fits = gate.options["axis"] in (None, 0, -1) and not isinstance(gate.options.get("order"), str)
                assert (found is not None) == fits, (name, chosen)


# What it is to be alike


def alike(circuit: Circuit) -> None:
    """All algebras on one circuit: as it is, and behind a router that lets through some entries, or none."""
    found = on_numbers(ARRAYS, circuit)
    assert shape_alone(circuit) == (None if found is None else np.shape(found.value)), circuit
    agree(found, on_duals(ARRAYS, circuit), circuit)
    agree(found, on_symbols(ARRAYS, circuit), circuit)
    written = on_textbook(circuit)
    assert (found is None) == (written is None), circuit
    if found is None or written is None:
        return
    assert_textbook(found, written, bool(np.any(on_kink(circuit, found))), circuit)
    for mask in (np.arange(np.size(found.value)) % 2.0, np.zeros(np.size(found.value))):
        routed = circuit.behind(mask.reshape(np.shape(found.value))[()])
        numbers = on_numbers(ARRAYS, routed)
        agree(numbers, on_duals(ARRAYS, routed), routed)
        agree(numbers, on_symbols(ARRAYS, routed), routed)
        if not mask.any():
            assert numbers is not None
            assert not any(np.any(one) for one in numbers.gradients), circuit


def on_kink(circuit: Circuit, found: Found) -> Any:
    """Which entries lie on the gate's kink?"""
    with ARRAYS.quiet():
        inputs = map(ARRAYS.value, circuit.inputs)
        return circuit.gate.kink is not None and circuit.gate.kink.touched(ARRAYS, found.value, *inputs)


def agree(found: Found | None, other: Found | None, circuit: Circuit) -> None:
    """The same numbers bit for bit, or both refused."""
    assert (found is None) == (other is None), circuit
    if found is not None and other is not None:
        assert same(found.value, other.value), circuit
        assert all(map(same, found.gradients, other.gradients)), (circuit, found.gradients, other.gradients)


def assert_textbook(found: Found, written: Found, kinks: Any, circuit: Circuit) -> None:
    """Formulas are simplified as mathematics allows over the reals: equal, where both are finite."""
    assert np.shape(found.value) == np.shape(written.value), circuit
    with ARRAYS.quiet():
        pairs = [(found.value, written.value, False)]
        pairs += [(a, b, kinks) for a, b in zip(found.gradients, written.gradients, strict=True)]
        for number, formula, left_out in pairs:
            assert np.shape(number) == np.shape(formula), circuit
            apart = ~near(number, formula, 1e-9, 1e-12) & np.isfinite(number) & np.isfinite(formula)
            assert not np.any(apart & ~np.asarray(left_out)), (circuit, number, formula)
