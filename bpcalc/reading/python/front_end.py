"""What the parser asks of this folder, in one place: it is loaded when the first of it is met."""

from bpcalc.reading.python import methods, names, statements
from bpcalc.reading.python.signatures import call

__all__ = ["call", "methods", "names", "statements"]
