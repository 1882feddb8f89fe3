"""Runs a person's own backward pass, in a process of its own. It imports nothing of bpcalc.

`main` reads one JSON object from standard input and writes one to standard output; what the person's file prints goes
to standard error. It is started only for a file that was named on the command line.

    in   {"file", "name", "labels": [name, ...] (whole numbers), "asked": [name, ...] (gradients that must be there),
          "must": how many calls must succeed,
          "calls": [{"inputs": {name: number or lists}, "upstream": ...}, ...]}
    out  {"runs": [{"value", "gradients": {name: ...}, "changed": [name, ...]} or null, ...], "called": what was called}
         or {"error": a sentence}
"""

from __future__ import annotations

import importlib.machinery
import importlib.util
import inspect
import json
import os
import sys
import traceback
from types import SimpleNamespace

UPSTREAMS = ("upstream", "dout", "grad_output", "grad_out", "grad", "g", "dz", "dy", "dL", "dl", "d_out",
             "upstream_grad", "grad_z", "dL_dout", "gradient", "delta")  # fmt: skip


class RefusalError(Exception):
    """What is wrong, as a sentence."""


class Anew(importlib.machinery.SourceFileLoader):
    """Reads the file as it is now: bytecode that was kept of it a moment ago has the same time and size."""

    def get_code(self, fullname):
        return self.source_to_code(self.get_data(self.path), self.path)


def load(path):
    folder = os.path.dirname(os.path.abspath(path))
    sys.path.insert(0, folder)
    spec = importlib.util.spec_from_file_location("against", path)
    if spec is None or spec.loader is None:
        raise RefusalError("it is no Python file")
    spec.loader = Anew("against", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["against"] = module
    spec.loader.exec_module(module)
    return module


def own(module):
    """The classes and functions that the file defines, in its order."""
    return {name: one for name, one in vars(module).items()
            if getattr(one, "__module__", "") == "against" and (inspect.isclass(one) or inspect.isfunction(one))}


def is_pass(one):
    return inspect.isclass(one) and callable(getattr(one, "forward", None)) and callable(getattr(one, "backward", None))


def pair(found, stem):
    """`affine_forward` and `affine_backward`, or `forward` and `backward`."""
    for first, last in ((f"{stem}_forward", f"{stem}_backward"), (f"forward_{stem}", f"backward_{stem}")):
        if first in found and last in found:
            return found[first], found[last]
    if stem in ("forward", "backward", "") and "forward" in found and "backward" in found:
        return found["forward"], found["backward"]
    return None


def choose(module, name):
    """What is to be called: a class with both passes, a pair of functions, or one function."""
    found = own(module)
    if name:
        if name in found and (is_pass(found[name]) or inspect.isfunction(found[name])):
            stem = name.removesuffix("_forward").removesuffix("_backward")
            both = pair(found, stem) if stem != name or name in ("forward", "backward") else None
            return both or found[name]
        chosen = pair(found, name)
        if chosen:
            return chosen
        if name in found:
            raise RefusalError(f"{name} has no forward and backward")
        raise RefusalError(f"it has no {name}; it has {', '.join(found) or 'nothing'}")
    classes = [one for one in found.values() if is_pass(one)]
    graphs = [one for one in classes if one.__name__ == "ComputationalGraph"]
    if graphs or len(classes) == 1:
        return (graphs or classes)[0]
    pairs = [pair(found, one[: -len("_forward")] if one.endswith("_forward") else "") for one in found
             if one.endswith("_forward") or one == "forward"]
    pairs = [one for one in pairs if one]
    if len(pairs) == 1 and not classes:
        return pairs[0]
    functions = [one for one in found.values() if inspect.isfunction(one)]
    if len(functions) == 1 and not classes and not pairs:
        return functions[0]
    if not found:
        raise RefusalError("it has no function and no class with forward and backward")
    raise RefusalError(f"it has several things to call: write FILE.py:NAME, with one of {', '.join(found)}")


def parameters(function):
    return [one.name for one in inspect.signature(function).parameters.values()
            if one.kind in (one.POSITIONAL_ONLY, one.POSITIONAL_OR_KEYWORD) and one.name not in ("self",)]


def matched(names, inputs, called):
    """Which input each parameter takes: by name, else all of them in order."""
    if names and all(name in inputs for name in names):
        return list(names)
    if len(names) == len(inputs):
        return list(inputs)
    have, want = ", ".join(names) or "none", ", ".join(inputs)
    raise RefusalError(f"{called} has the parameters {have}, the program the inputs {want}")


def plain(value):
    """A number or an array as JSON has it; None for none. Raises RefusalError for anything else."""
    if value is None:
        return None
    if hasattr(value, "detach"):
        value = value.detach()
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, (int, float)):
        return float(value)
    raise RefusalError(f"a gradient is a {type(value).__name__}, no number and no array")


def by_name(returned, names):
    """Gradients as they were returned, by the input's name."""
    if returned is None:
        raise RefusalError("it returns None: is its return missing?")
    if isinstance(returned, dict):
        return by_key(returned, names)
    inputs = f"{len(names)} input{'s' * (len(names) != 1)}: {', '.join(names)}"
    if len(names) == 1 and not isinstance(returned, tuple):
        if isinstance(returned, list) and len(returned) == 1:
            returned = returned[0]
        return {names[0]: plain(returned)}
    if not isinstance(returned, (tuple, list)):
        raise RefusalError(f"it returns a {type(returned).__name__}, not a tuple or a dict of {len(names)} gradients")
    found = list(returned)
    while len(found) > len(names) and found[-1] is None:  # PyTorch lets them be
        found.pop()
    if len(found) != len(names):
        raise RefusalError(f"it returns {len(found)} gradient{'s' * (len(found) != 1)}, for {inputs}")
    return dict(zip(names, map(plain, found), strict=True))


def by_key(returned, names):
    """Gradients of a dict, whose keys are `x`, `dx`, `d_x` or `grad_x`."""
    known = {}
    for title, value in returned.items():
        key = str(title)
        bare = next((key[len(start):] for start in ("d_", "grad_", "d") if key.startswith(start)
                     and key[len(start):] in names and key not in names), key)
        if bare not in names:
            raise RefusalError(f'it returns a gradient of "{key}"; the inputs are {", ".join(names)}')
        if bare in known:
            raise RefusalError(f"it returns two gradients of {bare}: {', '.join(map(str, returned))}")
        known[bare] = plain(value)
    return known


class First(dict):  # type: ignore[type-arg]
    """The gradient of the first parameter alone, as losses return it: (loss, dW)."""


def whole(gradients, asked):
    """The gradients. Raises RefusalError where one that was asked for is missing."""
    for name in gradients if isinstance(gradients, First) else asked:
        if name not in gradients:
            others = f"only of {', '.join(gradients)}" if gradients else "and of nothing else"
            raise RefusalError(f"it returns no gradient of {name}, {others}")
        if gradients[name] is None:
            raise RefusalError(f"it returns None for the gradient of {name}")
    return gradients


class Context(SimpleNamespace):
    """What PyTorch hands to both passes."""

    def save_for_backward(self, *tensors):
        self.saved_tensors = self.saved_values = tensors


def passes(target, inputs, called):
    """A function (inputs, upstream) -> (value, gradients by name), which keeps the state of the person's own object;
    and whether it takes the upstream."""
    if isinstance(target, tuple):
        forward, backward = target
        return of_pair(forward, backward, inputs, called)
    if inspect.isclass(target):
        return of_class(target, inputs, called)
    return of_function(target, inputs, called)


def of_function(function, inputs, called):
    names = parameters(function)
    extra = [name for name in names if name not in inputs and name in UPSTREAMS]
    names = [name for name in names if name not in extra]
    order = matched(names, inputs, called)

    def call(given, upstream):
        keywords = {extra[0]: upstream} if extra else {}
        returned = function(**dict(zip(names, (given[name] for name in order), strict=True)), **keywords)
        value = None
        if isinstance(returned, tuple) and len(returned) == 2 and is_value(returned, order, given):
            value, returned = returned
            if not isinstance(returned, (dict, tuple, list)):  # (loss, dW): of the first parameter
                return value, First({order[0]: plain(returned)})
        return value, by_name(returned, order)

    return call, bool(extra)


def is_value(returned, order, given):
    """Are two things that were returned the value and the gradients, not the gradients of two inputs?"""
    value, rest = returned
    if isinstance(rest, (dict, tuple)) or (isinstance(rest, list) and len(order) != 2):
        return True
    if isinstance(rest, list) and len(rest) == 2 and shape(rest) != shape(given[order[1]]):
        return [shape(one) for one in rest] == [shape(given[name]) for name in order]
    first = shape(given[order[0]])
    return shape(value) == () != first and shape(rest) == first


def shape(value):
    value = plain(value)
    found = []
    while isinstance(value, list):
        found.append(len(value))
        value = value[0] if value else None
    return tuple(found)


def of_pair(forward, backward, inputs, called):
    names = [name for name in parameters(forward) if name != "ctx"]
    order = matched(names, inputs, called)
    takes = parameters(backward)

    def call(given, upstream):
        returned = forward(*(given[name] for name in order))
        value, *cache = returned if isinstance(returned, tuple) else (returned,)
        if takes and all(name in given or name in UPSTREAMS for name in takes) and len(takes) > 1:
            keywords = {name: given.get(name, upstream) for name in takes}
            return value, by_name(backward(**keywords), order)
        if len(takes) == 1 and not cache:
            return value, by_name(backward(upstream), order)
        if not cache:
            raise RefusalError("its forward returns no cache for its backward")
        kept = cache[0] if len(cache) == 1 else tuple(cache)
        first_is_cache = takes[0] == "cache"
        return value, by_name(backward(*((kept, upstream) if first_is_cache else (upstream, kept))), order)

    return call, True


def of_class(target, inputs, called):
    static = isinstance(inspect.getattr_static(target, "forward"), staticmethod)
    if static:
        names = parameters(target.forward)
        if names and names[0] == "ctx":
            return with_context(target, names[1:], inputs, called)
        return of_pair(target.forward, target.backward, inputs, called)
    kept = [name for name in parameters(target.__init__) if name in inputs] if "__init__" in vars(target) else []
    if kept:
        return of_layer(target, kept, inputs, called)
    instance = target()
    names = parameters(instance.forward)
    whole = len(names) == 1 and names[0] not in inputs and len(inputs) > 1
    order = list(inputs) if whole else matched(names, inputs, called)
    takes = parameters(instance.backward)

    def call(given, upstream):
        returned = instance.forward(dict(given)) if whole else instance.forward(*(given[name] for name in order))
        value, *cache = returned if isinstance(returned, tuple) else (returned,)
        arguments = (upstream, *cache)[: len(takes)]
        found = instance.backward(*arguments)
        return value, by_name(found, order)

    return call, bool(takes)


def of_layer(target, kept, inputs, called):
    """A layer that is made with its weights: their gradients are its attributes dW, grad_W, W_grad or grads["W"]."""
    others = {name: value for name, value in inputs.items() if name not in kept}
    order = matched(parameters(target.forward), others, called)
    made = SimpleNamespace(layer=None, weights=None)

    def call(given, upstream):
        weights = {name: plain(given[name]) for name in kept}
        if made.weights != weights:  # the same layer for the same weights, so that what it keeps is seen
            made.layer, made.weights = target(**{name: given[name] for name in kept}), weights
        instance = made.layer
        value = instance.forward(*(given[name] for name in order))
        returned = instance.backward(upstream)
        found = by_name(returned, list(inputs) if isinstance(returned, dict) else order)
        whole = getattr(instance, "grads", None)
        for name in kept:
            spellings = (f"d{name}", f"d_{name}", f"grad_{name}", f"{name}_grad")
            written = [one for one in spellings if hasattr(instance, one)]
            if isinstance(whole, dict) and name in whole:
                found[name] = plain(whole[name])
            elif written:
                found[name] = plain(getattr(instance, written[0]))
        return value, found

    return call, True


def with_context(target, names, inputs, called):
    order = matched(names, inputs, called)

    def call(given, upstream):
        context = Context()
        value = target.forward(context, *(given[name] for name in order))
        return value, by_name(target.backward(context, upstream), order)

    return call, True


def fresh(value, is_whole=False):
    """A copy of a number, or of an array, for one call."""
    kind = int if is_whole else float
    if isinstance(value, list):
        import numpy

        return numpy.array(value, dtype=kind)
    return kind(value)


def differs(a, b):
    return plain(a) != plain(b)


def called_once(call, one, labels, asked):
    inputs, upstream = one["inputs"], one["upstream"]
    given = {name: fresh(value, name in labels) for name, value in inputs.items()}
    flows = fresh(upstream)
    value, gradients = call(given, flows)
    changed = [name for name, before in inputs.items() if differs(given[name], fresh(before))]
    changed += ["the upstream"] if differs(flows, fresh(upstream)) else []
    shown = None if value is None or isinstance(value, dict) else plain(value)
    return {"value": shown, "gradients": whole(gradients, asked), "changed": changed}


def run(asked):
    module = load(asked["file"])
    target = choose(module, asked["name"])
    called = asked["name"] or getattr(target, "__name__", None) or target[0].__name__
    call, takes_upstream = passes(target, asked["calls"][0]["inputs"], called)
    runs = []
    for number, one in enumerate(asked["calls"]):
        try:
            runs.append(called_once(call, one, asked["labels"], asked["asked"]))
        except Exception:  # at a point that the person has not chosen
            if number < asked["must"]:
                raise
            runs.append(None)
    return {"runs": runs, "called": called, "takes_upstream": takes_upstream}


def answer(asked):
    """What is found, or the error: whatever the person's file raises is told, not thrown."""
    try:
        return run(asked)
    except RefusalError as refusal:
        return {"error": str(refusal)}
    except BaseException as error:
        lines = [step for step in traceback.extract_tb(error.__traceback__)
                 if os.path.abspath(step.filename) == os.path.abspath(asked["file"])]
        place = f"line {lines[-1].lineno}: " if lines else ""
        line = getattr(error, "lineno", None)
        place = f"line {line}: " if isinstance(error, SyntaxError) and line else place
        return {"error": f"{place}{type(error).__name__}: {error}"}


def main():
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    json.dump(answer(json.load(sys.stdin)), out)
    out.flush()
