"""Values of observations, and how conditions compare them, from the data of the catalogue."""
import functools
import json
import pathlib
from fractions import Fraction

CATALOGUE = pathlib.Path(__file__).parents[2] / "core/domain/catalogue/catalogue.json"


@functools.cache
def fields_of_kinds():
    kinds = json.loads(CATALOGUE.read_text())["kinds"]
    return {kind["code"]: {field["code"]: field for field in kind["fields"]} for kind in kinds}


def number(value, field):
    """A number that can be compared: the number itself, or the rank of a code."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return Fraction(value)
    if isinstance(value, dict):
        return Fraction(value["digits"], 10 ** value["places"])
    for code in field["type"].get("codes", []):
        if code["code"] == value and "rank" in code:
            return Fraction(code["rank"])
    return None


def compares(op, value, operand, field):
    equal = lambda other: value == other or (
        number(value, field) is not None and number(value, field) == number(other, field))
    if op == "is":
        return equal(operand)
    if op == "is_not":
        return not equal(operand)
    if op == "is_one_of":
        return any(equal(one) for one in operand)
    left, right = number(value, field), number(operand, field)
    if left is None or right is None:
        return False
    return {"at_least": left >= right, "at_most": left <= right, "over": left > right, "under": left < right}[op]


def leaves(condition):
    for name in ("any", "all"):
        if name in condition:
            return [leaf for inner in condition[name] for leaf in leaves(inner)]
    return [condition]


def leaf_kind(leaf):
    (name, what), = leaf.items()
    return what["of"]["kind"] if name in ("count", "run") else what["kind"]
