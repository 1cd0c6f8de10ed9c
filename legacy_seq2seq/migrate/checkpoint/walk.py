"""Old names to new names: a walk over the tree of scopes with the table of `names`."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from legacy_seq2seq.migrate.checkpoint.matching import Match, Shapes, match
from legacy_seq2seq.migrate.checkpoint.names import (
    DIRECTIONS,
    ERA_0,
    FUNCTION_SCOPES,
    LAYERS,
    OLD_SCOPES,
    PARTS,
    SAME_NAMES,
    SEQ2SEQ_SCOPES,
    WRAPPERS,
    Layer,
)
from legacy_seq2seq.migrate.checkpoint.tree import Scope, tree


@dataclass(frozen=True)
class Target:
    """Where a variable goes.

    Attributes:
      name: its new name.
      rule: what it was recognized as, "" if as nothing.
      shard: its place among pieces that are joined along the first axis, or None.
    """

    name: str
    rule: str = ""
    shard: int | None = None


def _join(*parts: str) -> str:
    return "/".join(part for part in parts if part)


def _holds_old_cells(scope: Scope) -> bool:
    return any(part in OLD_SCOPES for name in scope.variables() for part in name.split("/"))


def is_era_0(names: Iterable[str]) -> bool:
    """Whether a 0.x release made these names."""
    return any(part in ERA_0 for name in names for part in name.split("/")) or any(
        f"/{name}".endswith("/Linear/Matrix") for name in names
    )


class Walk:
    """Finds a `Target` for each variable.

    Args:
      shapes: of the variables, by name (no slots).
      rename: new names for variables and scopes, by old name: final, the rules hold below only.
      keep: scopes and variables whose old names stay.

    Attributes:
      targets: the result, by old name.
      notes: what the user should know.
      used: which of `rename` and `keep` were met.
    """

    def __init__(
        self, shapes: Shapes, rename: Mapping[str, str] | None = None, keep: Collection[str] = ()
    ) -> None:
        """Walk."""
        self._shapes = shapes
        self._rename = dict(rename or {})
        self._era_0 = is_era_0(shapes)
        self.targets: dict[str, Target] = {}
        self.notes: list[str] = []
        self.used: set[str] = set()
        self._visit(tree(set(shapes) - self._kept(keep)), "")

    def _kept(self, keep: Collection[str]) -> set[str]:
        """The variables at and under the paths of `keep`; they get their targets."""
        for path in keep:
            for name in self._shapes:
                if f"{name}/".startswith(f"{path}/"):
                    self.used.add(path)
                    self.targets[name] = Target(name, "kept (--keep)")
        return set(self.targets)

    def _open(self, scope: Scope) -> dict[str, str]:
        """The variables under `scope` that have no target yet, by their names relative to it."""
        return {name: path for name, path in scope.relative().items() if path not in self.targets}

    def _emit(self, old: str, new: str, rule: str = "", shard: int | None = None) -> None:
        if old in self.targets:
            return
        if old in self._rename:
            self.used.add(old)
            self.targets[old] = Target(self._rename[old], "as told (--rename)")
        else:
            self.targets[old] = Target(new, rule, shard)

    def _take(self, found: Match, relative: Mapping[str, str], new: str) -> None:
        rule = found.layer.scope or {"AttnW_0": "attention_decoder"}.get(found.layer.sign, "linear")
        for name, (new_name, shard) in found.found.items():
            self._emit(relative[name], _join(new, new_name), rule, shard)

    def _layer_of(self, scope: Scope) -> Match | None:
        """The layer of the table that `scope` is by its name, or None."""
        matches = [match(layer, scope.relative(), self._shapes) for layer in LAYERS.get(scope.name, [])]
        return max(matches, key=lambda found: len(found.found), default=None)

    def _visit(self, scope: Scope, new: str) -> None:
        """Give the variables under `scope` names under `new`."""
        for layer in PARTS:
            relative = self._open(scope)
            if layer.sign in relative:
                found = match(layer, relative, self._shapes)
                if found.misfit:
                    self.notes.append(f"{found.misfit}: left as it is")
                    continue
                self._take(found, relative, new)
                if layer.note:
                    self.notes.append(layer.note.format(old=_join(scope.path, layer.sign.split("/")[0])))
        inside = self._wrapped(scope)
        for child in scope.children.values():
            if child.is_variable:
                self._leaf(child, new)
            if self._open(child):
                self._scope(child, new, inside)

    def _leaf(self, leaf: Scope, new: str) -> None:
        rule = next((what for pattern, what in SAME_NAMES if pattern.fullmatch(leaf.path)), "")
        self._emit(leaf.path, _join(new, leaf.name), rule)

    def _wrapped(self, scope: Scope) -> dict[str, str]:
        """By child of `scope`: the wrapper scopes that from 1.2 on stand between them."""
        chain: list[Layer] = []
        spelled: dict[str, Layer] = {}
        for wrapper in WRAPPERS:
            for name in (str(wrapper.scope), *wrapper.old_scopes):
                child = scope.children.get(name)
                if child is not None and child.children:
                    found = match(wrapper, child.relative(), self._shapes)
                    if len(found.found) == len(child.relative()):
                        chain.append(wrapper)
                        spelled[name] = wrapper
        if not chain:
            return {}
        path = _join(*(str(wrapper.scope) for wrapper in chain))
        others = [
            child for child in scope.children.values() if child.name not in spelled and self._open(child)
        ]
        cells = [child for child in others if child.name in LAYERS]
        if not cells and len(others) == 1:
            cells = others
            self.notes.append(f"{others[0].path} was taken for the cell that {chain[0].scope} wraps")
        if not cells:
            self.notes.append(f"{scope.path or 'the top'}: no cell was found that {chain[0].scope} wraps")
        if len(chain) > 1:
            self.notes.append(
                f"{scope.path or 'the top'}: the old names do not tell which wrapper wrapped which; taken "
                f"for {path}, outermost first. If your program has another order, use --rename or --like"
            )
        result = {child.name: path for child in cells}
        for name, wrapper in spelled.items():
            result[name] = _join(*(str(outer.scope) for outer in chain[: chain.index(wrapper)]))
        return result

    def _scope(self, scope: Scope, new: str, inside: Mapping[str, str]) -> None:
        """Name what is in a child scope of a scope that is called `new`."""
        found = self._layer_of(scope)
        if found is not None and found.misfit:
            self.notes.append(f"{found.misfit}: {scope.path} is not TensorFlow's, it was left as it is")
            for name in scope.variables():
                self._emit(name, name)
            return
        if scope.path in self._rename:
            self.used.add(scope.path)
            path = self._rename[scope.path]
        else:
            name = str(found.layer.scope) if found else self._scope_name(scope)
            path = _join(new, inside.get(scope.name, ""), name)
        if found is not None:
            self._take(found, scope.relative(), path)
        self._visit(scope, path)

    def _scope_name(self, scope: Scope) -> str:
        """The new name of a scope that is no layer."""
        parent = scope.path.split("/")[-2] if "/" in scope.path else ""
        layer_number = re.fullmatch(r"Cell(\d+)", scope.name)
        if layer_number and parent == "MultiRNNCell":
            return f"cell_{layer_number[1]}"
        if not self._era_0 or not (_holds_old_cells(scope) or parent in SEQ2SEQ_SCOPES):
            return scope.name
        if scope.name in DIRECTIONS:
            return DIRECTIONS[scope.name]
        one_way = re.fullmatch(r"(.+)_(FW|BW)", scope.name)
        if one_way:
            return f"{FUNCTION_SCOPES.get(one_way[1], one_way[1])}/{DIRECTIONS[one_way[2]]}"
        if scope.name in FUNCTION_SCOPES:
            if parent not in SEQ2SEQ_SCOPES and "EmbeddingWrapper" not in scope.children:
                self.notes.append(
                    f"{scope.path} was taken for the scope of TensorFlow's rnn functions, now called "
                    f"{FUNCTION_SCOPES[scope.name]}; if your program opens it itself, convert with "
                    f"--rename {scope.path}={scope.path}"
                )
            return FUNCTION_SCOPES[scope.name]
        return scope.name
