"""A font of our own to measure pages with: every letter has the same width, so that no machine's fonts decide a test."""

from functools import cache
from io import BytesIO

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

_EM = 1000
_EVERY_CHARACTER = range(0x20, 0x2200)


@cache
def even_letters(width: float) -> bytes:
    """A TrueType font; `width`: of every character, in em (DejaVu Sans, which is wide, has 0.6 on average)."""
    advance = round(width * _EM)
    pen = TTGlyphPen(None)
    for corner, line in (((0, 0), pen.moveTo), ((0, 700), pen.lineTo), ((advance - 50, 700), pen.lineTo)):
        line(corner)
    pen.lineTo((advance - 50, 0))
    pen.closePath()
    box = pen.glyph()

    font = FontBuilder(_EM, isTTF=True)
    font.setupGlyphOrder([".notdef", "box"])
    font.setupCharacterMap(dict.fromkeys(_EVERY_CHARACTER, "box"))
    font.setupGlyf({".notdef": box, "box": box})
    font.setupHorizontalMetrics({".notdef": (advance, 0), "box": (advance, 0)})
    font.setupHorizontalHeader(ascent=900, descent=-250)
    font.setupNameTable({"familyName": "Even Letters", "styleName": "Regular"})
    font.setupOS2(
        sTypoAscender=900, sTypoDescender=-250, usWinAscent=900, usWinDescent=250, xAvgCharWidth=advance
    )
    font.setupPost()
    content = BytesIO()
    font.save(content)
    return content.getvalue()
