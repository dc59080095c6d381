"""A graph whose names were given in another order has the same bytes."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from ensembles.serving.names import number_anew


def make(counters, swapped):
    """Return a graph of two sums, its names numbered by these counters."""
    first, second, third = (f"made__{counter}" for counter in counters)
    constants = [
        numpy_helper.from_array(np.float32([1, 2]), first),
        numpy_helper.from_array(np.float32([3, 4]), second),
    ]
    nodes = [
        helper.make_node("Add", ["x", first], [third], name=f"Add__{counters[1]}"),
        helper.make_node("Add", [third, second], ["y"], name=f"Add__{counters[0]}"),
    ]
    ends = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, [f"unk__{counter}", 2])
        for name, counter in zip("xy", counters[1:], strict=True)
    ]
    ordered = constants[::-1] if swapped else constants
    return helper.make_model(
        helper.make_graph(nodes, "sums", ends[:1], ends[1:], ordered)
    )


def test_names_follow_from_the_graph_alone():
    first = number_anew(make((7, 12, 30), swapped=False))
    second = number_anew(make((44, 5, 9), swapped=True))
    assert first.SerializeToString() == second.SerializeToString()
    assert len({one.name for one in first.graph.node}) == 2
    read = {name for node in first.graph.node for name in node.input}
    assert {one.name for one in first.graph.initializer} < read
    assert first.graph.input[0].name == "x"
    assert first.graph.output[0].name == "y"
