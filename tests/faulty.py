"""An ensemble whose graph fails on some digits, and digits of both kinds."""

import numpy as np
from conftest import make_ensemble
from onnx import TensorProto, helper, numpy_helper

SOUND = [[0] * 28] * 14 + [[200] * 28] * 14
FAULTY = [[255] * 28] * 28
"""Its first pixel is one that the graph stumbles over."""


def make_faulty_ensemble():
    """Build an ensemble that looks a digit's first pixel up in a table of 255."""
    model = make_ensemble()
    constants = {"first": np.int64(0), "table": np.zeros((255, 1), np.float32)}
    nodes = [
        helper.make_node("Gather", ["images", "first"], ["row"], axis=1),
        helper.make_node("Gather", ["row", "first"], ["pixel"], axis=1),
        helper.make_node("Cast", ["pixel"], ["place"], to=TensorProto.INT64),
        helper.make_node("Gather", ["table", "place"], ["looked_up"], axis=0),
        helper.make_node("Add", ["sums", "looked_up"], ["scores"]),
    ]
    graph = model.graph
    (product,) = (node for node in graph.node if node.op_type == "Gemm")
    product.output[0] = "sums"
    at = 1 + list(graph.node).index(product)
    for place, node in enumerate(nodes, at):
        graph.node.insert(place, node)
    graph.initializer.extend(
        numpy_helper.from_array(np.asarray(value), name)
        for name, value in constants.items()
    )
    return model
