"""Store an ONNX graph's weights in half precision; it computes in single as before."""

import re

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SMALLEST = 4096
"""Arrays of fewer numbers stay as they are: shapes, scales and the like."""


def halve(graph, but=()):
    """Replace a graph's large constants by halves that are widened when it is loaded.

    Parameters
    ----------
    graph : onnx.ModelProto
        Changed in place.
    but : collection of str
        Architectures whose members stay in single precision.

    Returns
    -------
    onnx.ModelProto
        The same.

    Raises
    ------
    ValueError
        If a weight is too large for half precision.
    """
    casts = []
    for constant in graph.graph.initializer:
        array = numpy_helper.to_array(constant)
        small = array.dtype != np.float32 or array.size < SMALLEST
        if small or any(_belongs_to(name, constant) for name in but):
            continue
        wide, narrow = constant.name, f"{constant.name}/half"
        half = _halve_array(array, wide)
        constant.CopyFrom(numpy_helper.from_array(half, narrow))
        casts.append(helper.make_node("Cast", [narrow], [wide], to=TensorProto.FLOAT))
    _put_first(casts, graph.graph)
    onnx.checker.check_model(graph)
    return graph


def _halve_array(array, name):
    with np.errstate(over="ignore"):
        half = array.astype(np.float16)
    if not np.isfinite(half).all():
        raise ValueError(
            f"{name} has a weight of {np.abs(array).max():.3g}, and half "
            f"precision ends at 65504: release the graph in single precision"
        )
    return half


def _put_first(nodes, graph):
    """Put nodes before a graph's own, which need what they make."""
    whole = [*nodes, *graph.node]
    del graph.node[:]
    graph.node.extend(whole)


def _belongs_to(architecture, constant):
    """Tell by the constant's name, which holds the network's of `grouped.join`."""
    return re.search(rf"/{architecture}(_\d+)?/", constant.name)
