"""What stands on a slide: lines, points, pictures, steps and cells, in inches."""

import io

from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Pt

WIDTH, HEIGHT, MARGIN = 13.333, 7.5, 0.6
"""Of a slide, in inches; 16:9."""

TOP, BOTTOM = 1.75, 6.85
"""Between which the content of a slide stands."""

INK, BLUE, RED, GREY, PALE = (
    RGBColor.from_string(colour)
    for colour in ("1C1E26", "1F5FA8", "C8372D", "6A6E78", "E8EEF6")
)


def write(slide, points, left, top, width, size, bullets=True):
    """Write points below each other, down to `BOTTOM` at most."""
    frame = _add_text(slide, left, top, width, BOTTOM - top)
    for number, point in enumerate(points):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.space_after = Pt(size * 0.55)
        write_run(paragraph, f"– {point}" if bullets else point, size, INK)


def place(slide, picture, left, top, width, height):
    """Put a picture into the middle of a box, as large as it can be."""
    shape = slide.shapes.add_picture(io.BytesIO(picture), Inches(left), Inches(top))
    scale = min(Inches(width) / shape.width, Inches(height) / shape.height)
    shape.width, shape.height = int(shape.width * scale), int(shape.height * scale)
    shape.left = int(Inches(left) + (Inches(width) - shape.width) / 2)
    shape.top = int(Inches(top) + (Inches(height) - shape.height) / 2)


def write_line(slide, text, top, size, colour, bold=False):
    """Write a line over the width of the slide, from its left margin."""
    frame = _add_text(slide, MARGIN, top, WIDTH - 2 * MARGIN, 0.35)
    write_run(frame.paragraphs[0], text, size, colour, bold)


def _add_text(slide, *box):
    frame = slide.shapes.add_textbox(*inches(*box)).text_frame
    frame.word_wrap = True  # else LibreOffice sets it in the middle
    return frame


def draw(slide, form, box, colour):
    """Add a shape of one colour: left, top, width and height in inches."""
    shape = slide.shapes.add_shape(form, *inches(*box))
    shape.fill.solid()
    shape.fill.fore_color.rgb = colour
    shape.line.fill.background()
    return shape


def draw_step(slide, step, box, colour):
    """Add a step of a procedure: a box with its name."""
    shape = draw(slide, MSO_SHAPE.ROUNDED_RECTANGLE, box, colour)
    frame = shape.text_frame
    frame.margin_left = frame.margin_right = Inches(0.03)
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    frame.paragraphs[0].alignment = PP_ALIGN.CENTER
    frame.word_wrap = False
    write_run(frame.paragraphs[0], step, 15, RGBColor(255, 255, 255), bold=True)


def fill_cell(cell, text, head, column):
    """Write a cell; the head is set apart, columns but the first are numbers."""
    cell.fill.solid()
    cell.fill.fore_color.rgb = BLUE if head else PALE
    cell.margin_top = cell.margin_bottom = Inches(0.02)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if column else PP_ALIGN.LEFT
    write_run(paragraph, text, 15, RGBColor(255, 255, 255) if head else INK, bold=head)


def write_run(paragraph, text, size, colour, bold=False):
    """Add text to a paragraph, its size in points."""
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, colour


def inches(*values):
    """Return lengths in inches as python-pptx has them."""
    return [Inches(value) for value in values]
