"""Charts of the ensemble's members, in the style of `pipeline.charts`."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from pipeline.charts import INK, finish, single
from pipeline.figures import BLUE, DPI, RED, use_plain_numbers


def learning_curves(curves):
    """Show each architecture's training and held-out loss, members and mean."""
    families = curves["member"].str.split("/").str[0]
    names = families.unique()
    figure = Figure((max(4.4, 3.3 * len(names)), 3.3), dpi=DPI, layout="constrained")
    grid = figure.subplots(1, len(names), sharey=True, squeeze=False)[0]
    for axes, name in zip(grid, names, strict=True):
        part = curves[families == name]
        for column, colour, dash in (("loss", BLUE, "-"), ("held_out_loss", RED, "--")):
            for _, member in part.groupby("member"):
                axes.plot(member["epoch"], member[column], color=colour, alpha=0.2)
            mean = part.groupby("epoch")[column].mean()
            label = {"loss": "training", "held_out_loss": "held-out fold"}[column]
            axes.plot(mean.index, mean, dash, color=colour, label=label)
        finish(axes, name, "epoch", "")
        axes.set_yscale("log")
        use_plain_numbers(axes.yaxis)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    grid[0].set_ylabel("log loss (nats)")
    grid[0].legend(frameon=False, labelcolor=INK)
    last = curves.groupby("member").tail(1)["held_out_loss"].mean()
    title = (
        f"Networks end at a held-out loss of {last:.3f} nats; none was stopped early"
    )
    figure.suptitle(title, fontsize=10, color=INK)
    return figure


def error_against_size(rows):
    """Show how the test error falls with the number of members averaged.

    The band is the spread of subsets that share members: no uncertainty of the error.
    """
    mean, sd = rows["mean_percent"], rows["sd_percent"]
    first, last = mean.iloc[0], mean.iloc[-1]
    title = f"{len(rows)} networks err {last:.2f} %, one alone {first:.2f} %"
    figure, axes = single(
        title, "members averaged", "test error (%), ± spread of subsets"
    )
    axes.fill_between(rows["members"], mean - sd, mean + sd, color=BLUE, alpha=0.2)
    axes.plot(rows["members"], mean, "o-", color=BLUE, markersize=3)
    axes.set_ylim(bottom=0)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    return figure


def disagreements(matrix, names):
    """Show on how many digits each two members differ.

    Parameters
    ----------
    matrix : ndarray of shape (n_members, n_members)
    names : list of str
        ``architecture/seed`` of each.
    """
    kinds = np.array([name.split("/")[0] for name in names])
    alike = kinds == kinds[:, None]
    apart = ~np.eye(len(names), dtype=bool)
    title = "Members differ on few digits"
    if (~alike).any() and (alike & apart).any():
        same, other = matrix[alike & apart].mean(), matrix[~alike].mean()
        title = f"{same:.0f} digits apart within an architecture, {other:.0f} across"
    figure, axes = single(title, "member", "member")
    image = axes.imshow(np.ma.masked_array(matrix, ~apart), cmap="cividis_r")
    bar = figure.colorbar(image, ax=axes, shrink=0.8)
    bar.set_label("test digits read differently", color=INK, fontsize=8)
    bar.ax.tick_params(colors=INK, labelsize=7)
    first = [int(np.flatnonzero(kinds == kind)[0]) for kind in dict.fromkeys(kinds)]
    axes.set(xticks=first, yticks=first)
    labels = dict.fromkeys(kinds)
    axes.set_xticklabels(labels, rotation=20, ha="left", fontsize=7)
    axes.set_yticklabels(labels, fontsize=7)
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("bottom")
    axes.grid(visible=False)
    return figure


def leave_one_out(rows):
    """Show the ensemble's errors without each architecture."""
    whole = rows.iloc[0]
    part = rows.iloc[1:]
    found = part.dropna(subset="errors")
    title = "One architecture: nothing to leave out"
    if len(found):
        worst = found.loc[found["errors"].idxmax()]
        more = worst["errors"] - whole["errors"]
        title = f"Without {worst['without']}, {more:+.0f} errors; all make "
        title += f"{whole['errors']:.0f}"
    figure, axes = single(title, "misread test digits", "")
    places = np.arange(len(part))
    axes.barh(places - 0.2, part["errors"], 0.38, color=BLUE, label="without it")
    axes.barh(
        places + 0.2, part["alone"], 0.38, color="#b9c7da", hatch="//", label="it alone"
    )
    axes.axvline(whole["errors"], color=RED, linestyle="--", label="all")
    axes.set_yticks(places, part["without"])
    below = {"loc": "outside lower center", "ncols": 3}  # bars fill the axes
    figure.legend(frameon=False, labelcolor=INK, fontsize=8, **below)
    return figure
