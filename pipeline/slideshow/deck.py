"""Slides of one look: a message as the title, few points, a picture or a table."""

import io
import zipfile
from datetime import datetime

from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Pt

WIDTH, HEIGHT, MARGIN = 13.333, 7.5, 0.6
"""Of a slide, in inches; 16:9."""

TOP, BOTTOM = 1.75, 6.85
"""Between which the content of a slide stands."""

TEXT_WIDTH = 4.3
"""Of points that stand beside a picture or a table."""

NAME_WIDTH = 2.3
"""Of a table's first column."""

INK, BLUE, RED, GREY, PALE = (
    RGBColor.from_string(colour)
    for colour in ("1C1E26", "1F5FA8", "C8372D", "6A6E78", "E8EEF6")
)
TITLE_ONLY = 5
"""The layout of python-pptx's template whose one placeholder is a title."""

MADE = datetime(2000, 1, 1)
"""Stands in every file, so that equal slides are equal files."""


class Deck:
    """A presentation that grows by a slide at a time.

    Parameters
    ----------
    name : str
        Stands at the foot of every slide.
    """

    def __init__(self, name):
        self.name = name
        self._presentation = Presentation()
        self._presentation.slide_width = Inches(WIDTH)
        self._presentation.slide_height = Inches(HEIGHT)
        properties = self._presentation.core_properties
        properties.title, properties.author = name, ""
        properties.created = properties.modified = MADE

    def add_title(self, title, points, notes):
        """Add the first slide: a large message and what stands below it."""
        slide = self._begin(title, notes, top=2.0, height=1.9, size=44)
        _write(slide, points, MARGIN, 4.2, WIDTH - 2 * MARGIN, size=24, bullets=False)

    def add_points(self, title, points, notes):
        """Add a slide of words alone."""
        slide = self._begin(title, notes)
        _write(slide, points, MARGIN, TOP, WIDTH - 2 * MARGIN, size=26)

    def add_picture(self, title, points, notes, picture):
        """Add a slide with a picture, to the right of the points.

        Parameters
        ----------
        title, notes : str
        points : list of str
            None makes the picture as wide as the slide.
        picture : bytes
            PNG or JPEG.
        """
        slide = self._begin(title, notes)
        left = MARGIN
        if points:
            _write(slide, points, MARGIN, TOP, TEXT_WIDTH, size=20)
            left += TEXT_WIDTH + 0.3
        _place(slide, picture, left, TOP, WIDTH - MARGIN - left, BOTTOM - TOP)

    def add_table(self, title, points, notes, rows):
        """Add a slide with a table, to the right of the points.

        Parameters
        ----------
        title, notes : str
        points : list of str
        rows : list of list of str
            The first is the head; a cell's column but the first is set to the right.
        """
        slide = self._begin(title, notes)
        _write(slide, points, MARGIN, TOP, TEXT_WIDTH, size=20)
        left, height = MARGIN + TEXT_WIDTH + 0.3, min(0.42, (BOTTOM - TOP) / len(rows))
        shape = slide.shapes.add_table(
            len(rows),
            len(rows[0]),
            Inches(left),
            Inches(TOP),
            Inches(WIDTH - MARGIN - left),
            Inches(height * len(rows)),
        )
        first, *others = shape.table.columns
        first.width = Inches(NAME_WIDTH)
        for column in others:
            column.width = Inches((WIDTH - MARGIN - left - NAME_WIDTH) / len(others))
        for row, cells in enumerate(rows):
            shape.table.rows[row].height = Inches(height)
            for column, text in enumerate(cells):
                _fill_cell(shape.table.cell(row, column), text, row == 0, column)

    def add_steps(self, title, points, notes, groups):
        """Add a slide with steps in a row, those of a group in one colour.

        Parameters
        ----------
        title, notes : str
        points : list of str
            Stand below the steps.
        groups : list of (str, list of str)
            What the group has in common, and its steps.
        """
        slide = self._begin(title, notes)
        count = sum(len(steps) for _, steps in groups)
        gap = 0.1
        width = (WIDTH - 2 * MARGIN + gap) / count - gap
        left = MARGIN
        for colour, (caption, steps) in zip((BLUE, RED), groups, strict=True):
            span = len(steps) * (width + gap) - gap
            box = slide.shapes.add_textbox(*_inches(left, TOP, span, 0.45))
            _set(box.text_frame.paragraphs[0], caption, 18, colour, bold=True)
            for step in steps:
                _draw_step(slide, step, left, width, colour)
                left += width + gap
        _write(slide, points, MARGIN, TOP + 1.75, WIDTH - 2 * MARGIN, size=22)

    def save(self, path):
        """Write the file: the same bytes for the same slides."""
        written = io.BytesIO()
        self._presentation.save(written)
        with (
            zipfile.ZipFile(written) as made,
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as timeless,
        ):
            for entry in made.infolist():
                known = zipfile.ZipInfo(entry.filename, MADE.timetuple()[:6])
                known.compress_type = zipfile.ZIP_DEFLATED
                timeless.writestr(known, made.read(entry))

    def _begin(self, title, notes, top=0.45, height=1.15, size=32):
        slides = self._presentation.slides
        slide = slides.add_slide(self._presentation.slide_layouts[TITLE_ONLY])
        shape = slide.shapes.title
        shape.left, shape.top, shape.width, shape.height = _inches(
            MARGIN, top, WIDTH - 2 * MARGIN, height
        )
        frame = shape.text_frame
        frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
        frame.paragraphs[0].alignment = PP_ALIGN.LEFT
        _set(frame.paragraphs[0], title, size, INK, bold=True)
        mark = slide.shapes.add_shape(
            MSO_SHAPE.RECTANGLE, *_inches(MARGIN - 0.25, top + 0.15, 0.08, height - 0.3)
        )
        mark.fill.solid()
        mark.fill.fore_color.rgb = BLUE
        mark.line.fill.background()
        foot = slide.shapes.add_textbox(
            *_inches(MARGIN, HEIGHT - 0.5, WIDTH - 2 * MARGIN, 0.35)
        )
        _set(foot.text_frame.paragraphs[0], f"{self.name}  ·  {len(slides)}", 12, GREY)
        slide.notes_slide.notes_text_frame.text = notes
        return slide


def _write(slide, points, left, top, width, size, bullets=True):
    frame = slide.shapes.add_textbox(
        *_inches(left, top, width, BOTTOM - top)
    ).text_frame
    frame.word_wrap = True
    for number, point in enumerate(points):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.space_after = Pt(size * 0.55)
        _set(paragraph, f"– {point}" if bullets else point, size, INK)


def _place(slide, picture, left, top, width, height):
    """Put a picture into the middle of a box, as large as it can be."""
    shape = slide.shapes.add_picture(io.BytesIO(picture), Inches(left), Inches(top))
    scale = min(Inches(width) / shape.width, Inches(height) / shape.height)
    shape.width, shape.height = int(shape.width * scale), int(shape.height * scale)
    shape.left = int(Inches(left) + (Inches(width) - shape.width) / 2)
    shape.top = int(Inches(top) + (Inches(height) - shape.height) / 2)


def _draw_step(slide, step, left, width, colour):
    shape = slide.shapes.add_shape(
        MSO_SHAPE.ROUNDED_RECTANGLE, *_inches(left, TOP + 0.5, width, 0.8)
    )
    shape.fill.solid()
    shape.fill.fore_color.rgb = colour
    shape.line.fill.background()
    frame = shape.text_frame
    frame.margin_left = frame.margin_right = Inches(0.03)
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    frame.paragraphs[0].alignment = PP_ALIGN.CENTER
    frame.word_wrap = False
    _set(frame.paragraphs[0], step, 13, RGBColor(255, 255, 255), bold=True)


def _fill_cell(cell, text, head, column):
    cell.fill.solid()
    cell.fill.fore_color.rgb = BLUE if head else PALE
    cell.margin_top = cell.margin_bottom = Inches(0.02)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.RIGHT if column else PP_ALIGN.LEFT
    _set(paragraph, text, 15, RGBColor(255, 255, 255) if head else INK, bold=head)


def _set(paragraph, text, size, colour, bold=False):
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, colour


def _inches(*values):
    return [Inches(value) for value in values]
