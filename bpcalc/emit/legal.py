"""Names that a language allows: its reserved words, its letters, and no name twice."""

from __future__ import annotations

from collections.abc import Collection
from unicodedata import normalize

from bpcalc.errors import BpcalcError
from bpcalc.writing.latex import GREEK

PRIMES = {"'": "_prime", "′": "_prime", "″": "_prime2"}


def own_name(name: str, reserved: Collection[str], target: str) -> str:
    """The name that was asked for. Raises BpcalcError for a word that the language or the program uses."""
    if name in reserved:
        raise BpcalcError(f'"{name}" means something else in {target} already', hint="choose another --name")
    return name


class Legal:
    """Gives each name a legal one, and remembers what became what.

    reserved  the words that no name may be; is_ascii: whether letters beyond ASCII are not allowed
    """

    def __init__(self, reserved: Collection[str], is_ascii: bool, ignores_case: bool = False) -> None:
        self.reserved = frozenset(word.lower() for word in reserved) if ignores_case else frozenset(reserved)
        self.is_ascii = is_ascii
        self.ignores_case = ignores_case
        self.taken: set[str] = set()
        self.changed: dict[str, str] = {}

    def name(self, wish: str, *, is_own: bool = False, told: bool = True) -> str:
        """A legal name that is not taken. is_own: a name that we chose ourselves, so nobody need be told."""
        base = self._spelled(wish)
        found = base
        while self._key(found) in self.reserved or self._key(found) in self.taken:
            found = f"{found}_" if not found.endswith("_") else f"{base}{len(self.taken)}"
        self.taken.add(self._key(found))
        if found != wish and told and not is_own:
            self.changed[wish] = found
        return found

    def _key(self, name: str) -> str:
        return name.lower() if self.ignores_case else name

    def _spelled(self, wish: str) -> str:
        text = normalize("NFKC", "".join(PRIMES.get(c, c) for c in wish))
        if self.is_ascii and not text.isascii():
            text = "".join(map(_ascii, text))
        text = "".join(c if c.isalnum() or c == "_" else "_" for c in text)
        return text if text[:1].isalpha() or text[:1] == "_" else f"x{text}"


def _ascii(character: str) -> str:
    """A letter in ASCII: alpha for α, e for é, and its number for others."""
    if character.isascii():
        return character
    if character in GREEK:
        return GREEK[character]
    plain = normalize("NFKD", character).encode("ascii", "ignore").decode()
    return plain if plain.isalnum() else f"u{ord(character):04x}"
