"""Names in an ONNX graph that are the same each time it is made.

The converter numbers what it makes in an order that follows Python's random hashes, so
that a graph of the same networks would have other bytes each time, and another digest.
"""

import re

NUMBER_OF_DIGITS = "n"
"""What the free axis of the graph's ends is called."""

COUNTER = re.compile(r"__\d+(?=(:\d+)?$)")


def number_anew(model):
    """Number names in the order in which the graph's nodes use them.

    Parameters
    ----------
    model : onnx.ModelProto
        Without graphs in graphs, and of one free axis; it is changed.

    Returns
    -------
    onnx.ModelProto
        The same.
    """
    graph, names = model.graph, dict[str, str]()

    def rename(name):
        if not COUNTER.search(name):
            return name
        # Of equal constants the converter keeps one, by either's name.
        kind = name if "/" in name else "made__0"
        return names.setdefault(name, COUNTER.sub(f"__{len(names)}", kind))

    for node in graph.node:
        node.input[:] = [rename(name) for name in node.input]
        node.output[:] = [rename(name) for name in node.output]
        node.name = COUNTER.sub("", node.name)
    order = {name: place for place, name in enumerate(_inputs(graph))}
    for constant in graph.initializer:
        constant.name = rename(constant.name)
    graph.initializer.sort(key=lambda one: order.get(one.name, len(order)))
    for shape in graph.value_info:
        shape.name = rename(shape.name)
    graph.value_info.sort(key=lambda one: one.name)
    for end in [*graph.input, *graph.output]:
        for axis in end.type.tensor_type.shape.dim:
            if axis.dim_param:
                axis.dim_param = NUMBER_OF_DIGITS
    for number, node in enumerate(graph.node):
        node.name = f"{node.name}__{number}"
    return model


def _inputs(graph):
    """List the names that nodes read, each once, in their order."""
    return dict.fromkeys(name for node in graph.node for name in node.input)
