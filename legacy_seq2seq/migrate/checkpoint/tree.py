"""Names of variables as a tree of scopes."""

from collections.abc import Iterable, Iterator


class Scope:
    """One part of a name: a scope, a variable, or both.

    Attributes:
      path: the name from the root on.
      children: by the next part of their names.
      is_variable: whether `path` is a variable.
    """

    def __init__(self, path: str = "") -> None:
        """An empty scope."""
        self.path = path
        self.children: dict[str, Scope] = {}
        self.is_variable = False

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]

    def child(self, name: str) -> "Scope":
        """The child of this name, made if needed."""
        return self.children.setdefault(name, Scope(f"{self.path}/{name}" if self.path else name))

    def variables(self) -> Iterator[str]:
        """All variables at and under this scope."""
        if self.is_variable:
            yield self.path
        for child in self.children.values():
            yield from child.variables()

    def relative(self) -> dict[str, str]:
        """Variables under this scope: name relative to it -> whole name."""
        start = len(self.path) + 1 if self.path else 0
        return {name[start:]: name for child in self.children.values() for name in child.variables()}


def tree(names: Iterable[str]) -> Scope:
    """The root over all names."""
    root = Scope()
    for name in sorted(names):
        scope = root
        for part in name.split("/"):
            scope = scope.child(part)
        scope.is_variable = True
    return root
