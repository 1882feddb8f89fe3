"""What `--of` makes the output of a program: a node by its name, or a formula of the program's names.

A formula stands behind the program's text as one more statement, so that its mistakes are told at their place in it.
"""

from __future__ import annotations

from bpcalc.errors import BpcalcError, Source, Span
from bpcalc.reading.lexer import canonical, is_latex, is_name


def is_formula(of: str | None) -> bool:
    """Is it more than the name of a node?"""
    return of is not None and not is_name(canonical(of.strip())) and not is_name(of.strip())


def ending_in(source: Source, of: str | None) -> Source:
    """The program whose output is a formula; the program as it stands where `of` is a name or nothing.

    Raises BpcalcError for a formula in LaTeX behind a program that is in the language's own notation.
    """
    if of is None or not is_formula(of):
        return source
    latex = is_latex(source)
    if not latex and is_latex(Source(of)):
        raise BpcalcError("the program is no LaTeX, and this formula is", span=Span(Source(of), 0, len(of)),
                          hint="both are in one notation; --latex reads the program as LaTeX")  # fmt: skip
    before = f"{source.text}\n;\n"  # ends a comment, and a line that goes on
    return Source(before + of, source.name, "latex" if latex else "plain", (len(source.text), len(before)))
