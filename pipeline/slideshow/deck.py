"""Slides of one look: a message as the title, few points, a picture or a table."""

import io
import zipfile
from datetime import datetime

from pptx import Presentation
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches

from pipeline.slideshow import layout
from pipeline.slideshow.layout import (
    BLUE,
    BOTTOM,
    GREY,
    HEIGHT,
    INK,
    MARGIN,
    RED,
    TOP,
    WIDTH,
)

INNER = WIDTH - 2 * MARGIN
"""What is between the margins, in inches."""

TEXT_WIDTH = 4.3
"""Of points that stand beside a picture or a table."""

ROW_HEIGHT = 3.4
"""Of pictures above the points."""

NAME_WIDTH = 2.1
"""Of a table's first column."""

STEP_GAP = 0.1
"""Between two steps of a row."""

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
        layout.write(slide, points, MARGIN, 4.2, INNER, size=24, bullets=False)

    def add_points(self, title, points, notes):
        """Add a slide of words alone."""
        slide = self._begin(title, notes)
        layout.write(slide, points, MARGIN, TOP, INNER, size=26)

    def add_pictures(self, title, points, notes, *pictures):
        """Add a slide with pictures below each other, to the right of the points.

        Parameters
        ----------
        title, notes : str
        points : list of str
            None makes the pictures as wide as the slide.
        pictures : bytes
            PNG or JPEG.
        """
        slide = self._begin(title, notes)
        left = MARGIN
        if points:
            layout.write(slide, points, MARGIN, TOP, TEXT_WIDTH, size=20)
            left += TEXT_WIDTH + 0.3
        height = (BOTTOM - TOP) / len(pictures)
        for number, picture in enumerate(pictures):
            box = left, TOP + number * height, WIDTH - MARGIN - left, height
            layout.place(slide, picture, *box)

    def add_row(self, title, points, notes, *pictures):
        """Add a slide with pictures side by side, above the points.

        Parameters
        ----------
        title, notes : str
        points : list of str
        pictures : bytes
            PNG or JPEG.
        """
        slide = self._begin(title, notes)
        width = INNER / len(pictures)
        for number, picture in enumerate(pictures):
            box = MARGIN + number * width, TOP, width, ROW_HEIGHT
            layout.place(slide, picture, *box)
        layout.write(slide, points, MARGIN, TOP + ROW_HEIGHT + 0.1, INNER, size=20)

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
        layout.write(slide, points, MARGIN, TOP, TEXT_WIDTH, size=20)
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
                layout.fill_cell(shape.table.cell(row, column), text, row == 0, column)

    def add_steps(self, title, points, notes, groups):
        """Add a slide with steps, those of a group in a row and in one colour.

        Parameters
        ----------
        title, notes : str
        points : list of str
            Stand below the steps.
        groups : list of (str, list of str)
            What the group has in common, and its steps.
        """
        slide = self._begin(title, notes)
        most = max(len(steps) for _, steps in groups)
        width = (INNER + STEP_GAP) / most
        top = TOP
        for colour, (caption, steps) in zip((BLUE, RED), groups, strict=True):
            layout.write_line(slide, caption, top, 18, colour, bold=True)
            for number, step in enumerate(steps):
                box = MARGIN + number * width, top + 0.45, width - STEP_GAP, 0.6
                layout.draw_step(slide, step, box, colour)
            top += 1.2
        layout.write(slide, points, MARGIN, top + 0.1, INNER, size=20)

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
        shape.left, shape.top, shape.width, shape.height = layout.inches(
            MARGIN, top, INNER, height
        )
        frame = shape.text_frame
        frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
        frame.paragraphs[0].alignment = PP_ALIGN.LEFT
        layout.write_run(frame.paragraphs[0], title, size, INK, bold=True)
        mark = MARGIN - 0.25, top + 0.15, 0.08, height - 0.3
        layout.draw(slide, MSO_SHAPE.RECTANGLE, mark, BLUE)
        foot = f"{self.name}  ·  {len(slides)}"
        layout.write_line(slide, foot, HEIGHT - 0.5, 12, GREY)
        slide.notes_slide.notes_text_frame.text = notes
        return slide
