"""One style for all figures, and those that are made of digits."""

from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, NullFormatter

BLUE, RED, GREY = "#1f5fa8", "#c8372d", "#8a8a8a"
DPI = 110


def contact_sheet(originals, passes):
    """Show digits in the first row and their deformed copies below.

    Parameters
    ----------
    originals : ndarray of shape (n, 28, 28), uint8
    passes : list of ndarray of shape (n, 28, 28), uint8
        The same digits, deformed.

    Returns
    -------
    matplotlib.figure.Figure
    """
    rows = [originals, *passes]
    figure = Figure((len(originals) * 0.6, len(rows) * 0.62 + 0.2), dpi=DPI)
    grid = figure.subplots(len(rows), len(originals), squeeze=False)
    for number, (axes_row, digits) in enumerate(zip(grid, rows, strict=True)):
        for axes, digit in zip(axes_row, digits, strict=True):
            draw_digit(axes, digit)
        label = "original" if number == 0 else f"pass {number - 1}"
        axes_row[0].set_ylabel(label, fontsize=7, rotation=0, ha="right", va="center")
    figure.subplots_adjust(0.09, 0.01, 0.99, 0.99, 0.06, 0.06)
    return figure


def misread_digits(images, table, columns=8):
    """Show misread digits, each with its label, what was read, and how surely.

    Parameters
    ----------
    images : ndarray of shape (n, 28, 28), uint8
    table : DataFrame
        ``label``, ``read``, ``confidence``, ``disputed`` of each, same order.
    columns : int
        Digits in a row.

    Returns
    -------
    matplotlib.figure.Figure
    """
    rows = max(1, -(-len(images) // columns))
    figure = Figure((columns * 1.1, rows * 1.35), dpi=DPI)
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in grid[len(images) :]:
        axes.set_axis_off()
    for axes, digit, row in zip(grid, images, table.itertuples(), strict=False):
        draw_digit(axes, digit)
        mark = "*" if row.disputed else ""
        text = f"{row.label}{mark} → {row.read}  {100 * row.confidence:.0f} %"
        axes.set_title(text, fontsize=7, pad=2)
    figure.tight_layout(pad=0.4)
    return figure


def draw_digit(axes, digit):
    """Show a digit as ink on paper, without axes."""
    axes.imshow(digit, cmap="gray_r", vmin=0, vmax=255)
    axes.set(xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set_color("#dddddd")


def use_plain_numbers(axis):
    """Label few places of a logarithmic axis, as numbers and not as powers."""
    axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter("{x:g}")
    axis.set_minor_formatter(NullFormatter())
