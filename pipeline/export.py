"""Join the members into one ONNX graph with the weights that were chosen."""

from ensembles.combining.combiners import COMBINERS
from ensembles.members import on_disk, processor
from pipeline import combination
from pipeline.frame import files, program

CARRIED = ("seconds", "held_out_errors", "held_out_digits")
"""What the ensemble's card takes over from each member's."""

CHECKED_DIGITS = 500
"""Training digits on which the graph is compared with Keras."""


def main(parameters):
    """Merge the members, write the graph, and its card beside it."""
    processor.prepare_training()
    from ensembles.serving.graph import export_onnx

    chosen = combination.read()
    digits = files.read_arrays(files.TRAIN, "images", "dataset")
    roster = make_roster(parameters.members.seeds, chosen)
    networks = load_networks(roster)
    model = merge_members(networks, roster, COMBINERS[chosen.served].graph_rule)
    checked = export_onnx(model, files.ENSEMBLE, digits["images"][:CHECKED_DIGITS])
    write_card(str(digits["dataset"]), chosen, roster, networks, checked)
    print(
        f"{files.ENSEMBLE}: {len(roster)} members, differs from Keras by "
        f"{checked['largest_difference']:.1e} on {CHECKED_DIGITS} digits"
    )


def merge_members(networks, roster, rule):
    """Merge the members as their roster says."""
    from ensembles.serving.graph import merge

    weights = [member["weight"] for member in roster]
    temperatures = [member["temperature"] for member in roster]
    return merge(networks, weights, rule, temperatures)


def write_card(dataset, chosen, roster, networks, checked):
    """Write what is told of the graph; `checked` is what `export_onnx` found."""
    every = [network for alike in networks.values() for network in alike]
    card = {
        "dataset": dataset,
        "rule": chosen.served,
        "members": roster,
        "out_of_fold_error_percent": chosen.out_of_fold_error_percent,
        "thresholds": chosen.thresholds,
        "parameters": sum(network.count_params() for network in every),
        **checked,
    }
    files.write_json(files.ENSEMBLE_CARD, card)


def make_roster(seeds, chosen):
    """List the members: name, weight, temperature, training time, own fold's errors."""
    return [
        {
            "name": f"{architecture}/{place.name}",
            "weight": weight / seeds,
            "temperature": chosen.temperatures[architecture],
            **{key: card[key] for key in CARRIED},
        }
        for architecture, weight in chosen.weights.items()
        for place in files.member_places(architecture, seeds)
        for card in [on_disk.load_card(place)]
    ]


def load_networks(roster):
    """Load the members' networks, by architecture."""
    from ensembles.serving.graph import load_network

    networks: dict[str, list] = {}
    for member in roster:
        place = files.MEMBERS / member["name"]
        networks.setdefault(place.parent.name, []).append(load_network(place))
    return networks


if __name__ == "__main__":
    program.run(main)
