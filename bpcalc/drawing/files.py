"""Drawings as files: in the format that the ending names, whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from bpcalc.drawing.draw import Drawing
from bpcalc.drawing.moments import Moment
from bpcalc.drawing.picture import Picture
from bpcalc.errors import BpcalcError
from bpcalc.show import Style
from bpcalc.show.saving import save as write

ENDINGS = {
    ".svg": "svg", ".png": "png", ".html": "html", ".htm": "html", ".dot": "dot", ".gv": "dot", ".mmd": "mermaid",
    ".tex": "tikz", ".json": "json", ".txt": "text",
}  # fmt: skip


def save(drawing: Drawing, paths: Sequence[str], style: Style, endings: Mapping[str, str] = ENDINGS) -> None:
    """Writes the drawing to each of the files. Nothing is written where one of them cannot be made.

    Raises BpcalcError for an ending that is not known and a file that cannot be written.
    """
    forms = [_form(path, endings) for path in paths]
    contents = {form: _content(drawing, form, style) for form in dict.fromkeys(forms)}
    for path, form in zip(paths, forms, strict=True):
        write(path, contents[form])


def save_frames(drawing: Drawing, path: str, style: Style) -> None:
    """Writes a numbered SVG a step into a folder, which is made if it is not there; or slides, where it ends in .tex.

    Raises BpcalcError where there are no steps, and for what cannot be written.
    """
    picture = drawing.picture(style.precision)
    moments = drawing.moments(picture, style.precision)
    if path.lower().endswith(".tex"):
        from bpcalc.drawing.tikz import slides

        write(path, slides(picture, moments).encode())
    else:
        _save_numbered(picture, moments, drawing.wish.theme, path)


def _save_numbered(picture: Picture, moments: Sequence[Moment], theme: str, folder: str) -> None:
    from bpcalc.drawing.svg import frames

    pages = [*frames(picture, theme, moments)]
    digits = len(str(len(pages)))
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BpcalcError(f'cannot make the folder "{folder}": {(error.strerror or str(error)).lower()}') from error
    for number, page in enumerate(pages, start=1):
        write(str(Path(folder) / f"{number:0{digits}}.svg"), page.encode())


def _form(path: str, endings: Mapping[str, str]) -> str:
    form = endings.get(Path(path).suffix.lower())
    if form is None:
        raise BpcalcError(f'"{path}" has no ending of a drawing', hint=f"the endings are {' '.join(endings)}")
    return form


def _content(drawing: Drawing, form: str, style: Style) -> bytes:
    if form == "png":
        from bpcalc.drawing.png import png

        return png(drawing.picture(style.precision), drawing.wish.theme)
    plain = style._replace(width=None, color=False, boxes=False)
    return f"{drawing.text(form, plain)}\n".encode()
