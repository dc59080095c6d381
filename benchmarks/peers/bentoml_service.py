"""The released graph behind BentoML, in the form of its own clients."""

import os

import bentoml
import numpy as np
import onnxruntime


@bentoml.service(workers=1, threads=40)
class Digits:
    """Answers digits; its threads share the session."""

    def __init__(self):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            os.environ["DIGITS_ENSEMBLE"], options
        )

    @bentoml.api
    def predict(self, images: np.ndarray) -> np.ndarray:
        """Answer digits with their probabilities."""
        digits = images.astype(np.uint8)
        return self.session.run(["probabilities"], {"images": digits})[0]
