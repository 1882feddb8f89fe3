"""Random points for a program: the same shapes, other numbers of both signs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from bpcalc.calculations.passes import label_inputs, prepare, run
from bpcalc.calculations.verify import draws
from bpcalc.errors import BpcalcError, Source
from bpcalc.reading.program import Program
from bpcalc.reports.circuit import Circuit
from bpcalc.reports.options import Options

TRIES = 12  # draws for each point that is wanted: not every function is defined everywhere


def unbound(source: Source, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, and 1 for each variable without one: for what is calculated at random points only."""
    from bpcalc.reading.parser import parse

    return {**dict.fromkeys(parse(source, values).variables, 1.0), **values}


def inputs(circuit: Circuit) -> dict[str, Any]:
    """The values of a program's variables at a point."""
    program = circuit.program
    return {name: circuit.values[program.names[name]] for name in program.variables}


def circuits(
    source: Source, values: Mapping[str, Any], options: Options, count: int, near: bool = False
) -> Iterator[Circuit]:
    """The program at up to `count` random points where its output and its gradients are finite.

    near  every other point has the signs and about the sizes of the values that are given
    """
    m, program = prepare(source, values, options)
    random, found = Random(source.text), 0
    fixed = _fixed(program)
    with m.quiet():
        for draw in range(count * TRIES):
            point = _draw(m, program, values, fixed, random, draw, near and draw % 2 == 1)
            try:
                m, program = prepare(source, point, options) if program.inner else (m, program)
                circuit = run(m, program, point, options)
            except BpcalcError:  # labels that are computed, and not whole
                continue
            if _is_finite(circuit):
                found += 1
                yield circuit
            if found == count:
                return


def _fixed(program: Program) -> set[str]:
    """The variables that keep their values: labels and sizes."""
    labels = label_inputs(program)
    return {name for name in program.variables if program.names[name] in labels or name in program.sizes}


def _draw(
    m: Any, program: Program, values: Mapping[str, Any], fixed: set[str], random: Random, draw: int, is_near: bool
) -> dict[str, Any]:
    free = [name for name in program.variables if name not in fixed]
    kinds = draws.kinds(random, draw // 2 if draw > 8 else draw, free)
    point = dict(values)
    for name in free:
        value = values[name]
        shape = m.shape(value) if m.shaped else ()
        point[name] = m.value(draws.near(random, value) if is_near else draws.numbers(random, kinds[name], shape))
    return point


def _is_finite(circuit: Circuit) -> bool:
    m = circuit.m
    numbers = [circuit.values[circuit.output], *(circuit.gradient(node) for node in circuit.wrt.values())]
    return all(m.all_finite(number) for number in numbers if number is not None)
