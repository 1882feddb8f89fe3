"""JSON is written as the standard library writes it, by its encoder in C where there is one."""

from __future__ import annotations

import builtins
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bpcalc.show import Style
from bpcalc.show.formats.json import write

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
PARTS = st.recursive(LEAVES, lambda part: st.lists(part) | st.dictionaries(st.text(), part), max_leaves=6)
DOCUMENTS = st.dictionaries(st.text(), PARTS, max_size=4)


def written(document: Any) -> str:
    return "".join(write(document, Style()))


@settings(max_examples=40)
@given(DOCUMENTS)
def test_a_document_is_what_json_writes(document: dict[str, Any]) -> None:
    assert written(document) == json.dumps(document, ensure_ascii=False)
    assert written({"nodes": iter([document, document])}) == json.dumps({"nodes": [document] * 2}, ensure_ascii=False)


def test_another_python_has_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    imported = builtins.__import__

    def without(name: str, *more: Any) -> Any:
        if name == "_json":
            raise ImportError(name)
        return imported(name, *more)

    monkeypatch.setattr(builtins, "__import__", without)
    document = {"a": [1.5, "é\n"], "b": iter([None, {"c": True}])}
    assert written(document) == '{"a": [1.5, "é\\n"], "b": [null, {"c": true}]}'


@pytest.mark.parametrize("part", [float("nan"), float("inf"), object(), {1, 2}])
def test_what_json_does_not_have_is_no_text(part: Any) -> None:
    def parts() -> Iterator[Any]:
        yield part

    for document in ({"a": part}, {"a": parts()}):
        with pytest.raises((ValueError, TypeError)):
            written(document)
