"""JSON Schemas, and how a dataclass tells its own."""

from dataclasses import field, fields

from ensembles.serving.thresholds import BLANK, NOT_A_DIGIT, OK, UNSURE


def listed(items, count=None):
    """Describe a list, of a fixed length if one is given."""
    schema = {"type": "array", "items": items}
    return schema | ({"minItems": count, "maxItems": count} if count else {})


def record(**properties):
    """Describe an object that has all of these and nothing else."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def optional(schema):
    """Describe what may also be null."""
    return {"anyOf": [schema, {"type": "null"}]}


SHARE = {"type": "number", "minimum": 0, "maximum": 1}
COUNT = {"type": "integer", "minimum": 0}
TEXT = {"type": "string"}
DIGIT = {"type": "integer", "minimum": 0, "maximum": 9}
STATUS = {"enum": [OK, UNSURE, BLANK, NOT_A_DIGIT]}
BOX = listed(COUNT, 4)


def described(schema, description=None, default=None):
    """Declare a field of a dataclass, and what the API's document says of it."""
    said = {"description": description} if description else {}
    return field(default=default, metadata={"schema": schema | said})


def schema_of(kind):
    """Return the schema of a dataclass whose fields are `described`."""
    return record(**{one.name: one.metadata["schema"] for one in fields(kind)})
