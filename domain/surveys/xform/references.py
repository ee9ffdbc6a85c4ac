"""The paths that an expression looks at, as plain absolute paths."""

from collections.abc import Iterator

from domain.surveys.xpath import Expression


def referenced_paths(expression: Expression, context: str) -> Iterator[str]:
    """Plain paths of the nodes that the expression may read at a plain path.

    `once()` reads the node itself, which no order can serve; it is not counted.
    """
    yield from expression.references
    for relative in expression.relative_references:
        yield _resolve(relative, context)


def _resolve(relative: str, context: str) -> str:
    path = context
    for step in relative.split("/"):
        if step == "..":
            path = path.rpartition("/")[0]
        elif step not in ("", "."):
            path = f"{path}/{step}"
    return path
