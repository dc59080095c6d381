"""The routes of model servers, and what the API's document says of them.

References
----------
KServe, "Open Inference Protocol (V2)".
"""

from webapp.documented import answered, problems, reference
from webapp.schemas import COUNT, TEXT, listed, record
from webapp.tensors import LENGTH, TYPES

NAME, VERSION, INPUT = "digits", "1", "images"
V1 = f"/v1/models/{NAME}"
MODEL = f"/v2/models/{NAME}"
VERSIONED = f"{MODEL}/versions/{VERSION}"
OUTPUTS = {"probabilities": ("FP32", [-1, 10])}
OUTPUTS |= {"digits": ("INT64", [-1]), "statuses": ("BYTES", [-1])}

TRUE = {"const": True}
TOLD = record(
    name=TEXT, datatype={"enum": [*TYPES, "BYTES"]}, shape=listed({"type": "integer"})
)
TENSOR = {
    "type": "object",
    "properties": {
        "name": {"const": INPUT},
        "datatype": {"enum": [*TYPES]},
        "shape": listed(COUNT),
        "data": {"type": "array"},
        "parameters": {"type": "object"},
    },
    "required": ["name", "datatype", "shape"],
}
OUTPUT = {
    "type": "object",
    "properties": {"name": {"enum": [*OUTPUTS]}, "parameters": {"type": "object"}},
    "required": ["name"],
}

SCHEMAS = {
    "ServerReady": record(name=TEXT, ready=TRUE),
    "ServerLive": record(live=TRUE),
    "Server": record(name=TEXT, version=TEXT, extensions=listed(TEXT)),
    "ServedModel": record(
        name=TEXT,
        versions=listed(TEXT),
        platform=TEXT,
        inputs=listed(TOLD),
        outputs=listed(TOLD),
    ),
    "Inference": {
        "type": "object",
        "properties": {
            "id": TEXT,
            "inputs": listed(TENSOR, 1),
            "outputs": listed(OUTPUT),
            "parameters": {"type": "object"},
        },
        "required": ["inputs"],
    },
    "Inferred": {
        "type": "object",
        "properties": {
            "id": TEXT,
            "model_name": TEXT,
            "model_version": TEXT,
            "outputs": listed(OUTPUT),
        },
        "required": ["model_name", "model_version", "outputs"],
    },
    "ServerProblem": record(
        type=TEXT, title=TEXT, status={"type": "integer"}, detail=TEXT, error=TEXT
    ),
}


def _get(summary, schema, *statuses, problem="ServerProblem"):
    told = {"200": answered(schema, "It is.")} | problems(*statuses, schema=problem)
    return {"get": {"summary": summary, "responses": told}}


def _post(summary, asked, told, *statuses, problem="ServerProblem"):
    return {
        "post": {
            "summary": summary,
            "requestBody": {
                "required": True,
                "content": {"application/json": {"schema": reference(asked)}},
            },
            "responses": {"200": answered(told, "One for each digit.")}
            | problems(*statuses, schema=problem),
        }
    }


READY = _get("Whether digits can be read", "ServerReady", 503)
SERVED = _get("The model's inputs and outputs", "ServedModel")
INFER = _post(
    f"Read the digits of one tensor; its bytes may follow the JSON of {LENGTH}",
    "Inference",
    "Inferred",
    *(400, 413, 429, 503),
)
PATHS = {
    f"{V1}:predict": _post(
        "Read digits as TensorFlow Serving and KServe's version 1 do",
        "Inputs",
        "Answers",
        *(400, 413, 422, 429, 503),
        problem="Problem",
    ),
    V1: _get("Whether digits can be read", "ServerReady", 503, problem="Problem"),
    "/v2": _get("What the server is", "Server"),
    "/v2/health/live": _get("Whether the process lives", "ServerLive"),
    "/v2/health/ready": READY,
    **{
        path: part
        for model in (MODEL, VERSIONED)
        for path, part in (
            (model, SERVED),
            (f"{model}/ready", READY),
            (f"{model}/infer", INFER),
        )
    },
}
