"""The released graph behind FastAPI, in KServe's protocol; run by uvicorn."""

import os

import numpy as np
import onnxruntime
from fastapi import FastAPI
from pydantic import BaseModel

options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(os.environ["DIGITS_ENSEMBLE"], options)
app = FastAPI()


class Tensor(BaseModel):
    """An input, as the protocol has it."""

    name: str
    datatype: str
    shape: list[int]
    data: list[int]


class Asked(BaseModel):
    """A request, as the protocol has it."""

    inputs: list[Tensor]


@app.post("/v2/models/digits/infer")
def infer(asked: Asked):
    """Answer digits; uvicorn's threads share the session."""
    (tensor,) = asked.inputs
    digits = np.array(tensor.data, np.uint8).reshape(tensor.shape)
    (rows,) = session.run(["probabilities"], {"images": digits})
    output = {
        "name": "probabilities",
        "datatype": "FP32",
        "shape": rows.shape,
        "data": rows.ravel().tolist(),
    }
    return {"model_name": "digits", "outputs": [output]}
