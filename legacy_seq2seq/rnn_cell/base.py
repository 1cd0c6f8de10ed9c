"""RNNCell: what a cell is, where its variables live, when they are made.

TF 1.15's naming, which checkpoints depend on: a cell's variables live under its class name in snake case
(made unique in the scope of its first call, `gru_cell`, `gru_cell_1`, ...), and the cell remembers that
scope for ever: wherever it is called later, it uses the variables of its first call.

Shapes: B batch, I input width, S state size, O output size.
"""

import contextlib
import inspect
import re
from collections.abc import Iterator
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.graphs import require_graph, root_graph
from legacy_seq2seq.rnn_cell import copying
from legacy_seq2seq.rnn_cell.state import zeros_of_size


def to_snake_case(name: str) -> str:
    """`LSTMCell` -> `lstm_cell`: the scope TF 1.15 derived from a class name."""
    split_words = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", name)
    snake = re.sub(r"([a-z])([A-Z])", r"\1_\2", split_words).lower()
    return "private" + snake if snake.startswith("_") else snake


class RNNCell:
    """Base class of recurrent cells, ours and users' own.

    A subclass gives the properties `state_size` and `output_size` and either `call(inputs, state)`,
    which may use `tf.get_variable`, or `build(inputs_shape)` with `add_variable` and `call`; or it
    overrides `__call__(inputs, state, scope=None)` altogether, as cells for TF 0.x did.

    Args:
      trainable: whether the variables go into the TRAINABLE_VARIABLES collection.
      name: the scope of the variables; None means the class name in snake case.
      dtype: of the variables; None means that of the first inputs.
      **kwargs: `_reuse` (True: the variables must exist already) and `_scope` (use exactly this scope).

    Raises TypeError for any other keyword. Source: TF 1.15 `tf.nn.rnn_cell.RNNCell`.
    """

    # On the class, so that a subclass which never calls this __init__ (0.x style) works too.
    built: bool = False
    trainable: bool = True
    _given_name: str | None = None
    _dtype: Any = None
    _reuse: Any = None
    _scope: Any = None
    _graph: Any = None
    _recorded: tuple[Any, ...] = ()
    _unbuilt: Any = None

    def __init__(
        self, trainable: bool = True, name: str | None = None, dtype: Any = None, **kwargs: Any
    ) -> None:
        """Take the settings: see the class."""
        self._reuse = kwargs.pop("_reuse", None)
        scope = kwargs.pop("_scope", None)
        if kwargs:
            raise TypeError(f"{type(self).__name__}: unknown keyword argument(s) {sorted(kwargs)}.")
        self.trainable = trainable
        self._given_name = name
        self._dtype = None if dtype is None else tf.as_dtype(dtype)
        if scope is not None:
            with tf.variable_scope(scope) as captured:
                self._scope = captured

    @property
    def state_size(self) -> Any:
        """An int, or a nest of ints: the sizes S of the state [B, S]."""
        raise NotImplementedError(f"{type(self).__name__} must define state_size.")

    @property
    def output_size(self) -> Any:
        """An int: the size O of the output [B, O]."""
        raise NotImplementedError(f"{type(self).__name__} must define output_size.")

    def call(self, inputs: Any, state: Any) -> Any:
        """One step: inputs [B, I] and a state to (output [B, O], new state). Subclasses override it."""
        raise NotImplementedError(f"{type(self).__name__} must define call(inputs, state).")

    def build(self, inputs_shape: Any) -> None:
        """Make the variables, once, before the first step. Subclasses may override it."""
        del inputs_shape
        self.built = True

    def __call__(self, inputs: Any, state: Any, scope: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Run one step.

        Args:
          inputs: [B, I].
          state: a tensor [B, S] or a nest of them, like `state_size`.
          scope: at the first call, the variable scope to use instead of the class name.

        Returns (output [B, O], new state). Raises RuntimeError eagerly, ValueError in another graph than
        that of the first call.
        """
        with self.entered(inputs, scope):
            return self.call(inputs, state, *args, **kwargs)

    @contextlib.contextmanager
    def entered(self, inputs: Any, scope: Any = None) -> Iterator[None]:
        """Where a step is computed: in this cell's variable scope, its variables made by the first step.

        `inputs` [B, I] need only have a shape and a dtype (for those who compute all steps at once).
        """
        first_call = not self.built
        self._enter_graph()
        if first_call and not self._unbuilt.called:
            self._unbuilt = copying.Snapshot(self, called=True)
        with self._variables_scope(scope) as inner, tf.name_scope(inner.original_name_scope):
            if first_call:
                if self._dtype is None:
                    self._dtype = tf.as_dtype(tf.nest.flatten(inputs)[0].dtype)
                self.build(tf.nest.map_structure(lambda tensor: tensor.shape, inputs))
                self.built = True
            yield
        if first_call:
            self._unbuilt.first_call_done(self)

    def _enter_graph(self) -> None:
        """Before a step or a variable: note what the cell is like before the first, refuse another graph."""
        require_graph(f"the cell {type(self).__name__}")
        graph = root_graph()
        if self._graph is None:
            self._unbuilt = copying.Snapshot(self, called=False)
            self._graph = graph
        elif self._graph is not graph:
            raise ValueError(
                f"{type(self).__name__} {self.name!r} was first called in another graph. "
                "Make a new cell for this graph, or copy.deepcopy this one: a copy has no variables yet."
            )

    def _variables_scope(self, scope: Any) -> Any:
        """The remembered scope, entered so that variables made in it are recorded."""
        if self._scope is None:
            if self._reuse:
                context = tf.variable_scope(self._base_name if scope is None else scope)
            else:
                context = tf.variable_scope(scope, default_name=self._base_name)
            with context as captured:
                self._scope = captured
        return tf.variable_scope(
            self._scope,
            reuse=True if self.built else self._reuse,
            auxiliary_name_scope=False,
            custom_getter=self._record,
        )

    def _record(self, getter: Any, *args: Any, **kwargs: Any) -> Any:
        variable = getter(*args, **kwargs)
        if not any(known is variable for known in self._recorded):
            self._recorded = (*self._recorded, variable)
        return variable

    def add_variable(
        self, name: str, shape: Any = None, dtype: Any = None, initializer: Any = None, **kwargs: Any
    ) -> Any:
        """Make (or, under reuse, find) a variable of this cell; the keywords are tf.get_variable's."""
        self._enter_graph()
        trainable = kwargs.pop("trainable", None)
        with self._variables_scope(None):
            return tf.get_variable(
                name,
                shape,
                dtype=dtype or self._dtype or tf.float32,
                initializer=initializer,
                trainable=self.trainable and trainable is not False,
                **kwargs,
            )

    add_weight = add_variable

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """Zeros shaped like `state_size`: [B, S] each. `batch_size` is an int or a scalar tensor."""
        require_graph(f"the cell {type(self).__name__}")
        with tf.name_scope(type(self).__name__ + "ZeroState"):
            return zeros_of_size(self.state_size, batch_size, tf.as_dtype(dtype))

    def get_initial_state(self, inputs: Any = None, batch_size: Any = None, dtype: Any = None) -> Any:
        """`zero_state` for the batch size and dtype of `inputs`, or for those given."""
        if inputs is not None:
            inputs = tf.convert_to_tensor(inputs)
            batch_size = tf.dimension_value(inputs.shape[0])
            batch_size = tf.shape(inputs)[0] if batch_size is None else batch_size
            dtype = inputs.dtype if dtype is None else dtype
        if batch_size is None or dtype is None:
            raise ValueError(
                f"{type(self).__name__}.get_initial_state needs inputs, or batch_size and dtype; "
                f"got batch_size={batch_size!r}, dtype={dtype!r}."
            )
        return self.zero_state(batch_size, dtype)

    @property
    def _base_name(self) -> str:
        return self._given_name or to_snake_case(type(self).__name__)

    @property
    def name(self) -> str:
        """The last part of the variables' scope: known for certain after the first call."""
        return self._scope.name.rsplit("/", 1)[-1] if self._scope is not None else self._base_name

    @property
    def scope_name(self) -> str:
        """The full variable scope. Raises ValueError before the first call."""
        if self._scope is None:
            raise ValueError(f"{type(self).__name__} has no scope before its first call.")
        return self._scope.name

    @property
    def dtype(self) -> Any:
        """dtype of the variables; None before the first call if it was not given."""
        return self._dtype

    @property
    def graph(self) -> Any:
        """The graph of the first call; None before it."""
        return self._graph

    @property
    def variables(self) -> list[Any]:
        """Variables of this cell and of the cells inside it."""
        found: list[Any] = []
        for owner in (self, *copying.cells_inside(self)):
            found.extend(v for v in owner._recorded if not any(v is known for known in found))
        return found

    @property
    def trainable_variables(self) -> list[Any]:
        """Those of `variables` that are trainable."""
        return [v for v in self.variables if getattr(v, "trainable", True)]

    @property
    def non_trainable_variables(self) -> list[Any]:
        """Those of `variables` that are not trainable."""
        return [v for v in self.variables if not getattr(v, "trainable", True)]

    weights = variables
    trainable_weights = trainable_variables
    non_trainable_weights = non_trainable_variables

    def __deepcopy__(self, memo: dict[int, Any]) -> "RNNCell":
        """An unbuilt twin: same settings, no variables, no scope."""
        return copying.unbuilt_twin(self, memo)


def assert_like_rnn_cell(argument: str, cell: Any) -> None:
    """Raise a TypeError unless `cell` has what the functions here need, ValueError if it cannot reuse."""
    lacking = [
        what
        for what, there in (
            ("an output_size", hasattr(cell, "output_size")),
            ("a state_size", hasattr(cell, "state_size")),
            (
                "zero_state or get_initial_state",
                hasattr(cell, "zero_state") or hasattr(cell, "get_initial_state"),
            ),
            ("__call__", callable(cell)),
        )
        if not there
    ]
    if lacking or isinstance(cell, type):
        why = "is a class, not an object" if isinstance(cell, type) else "lacks " + ", ".join(lacking)
        raise TypeError(f"{argument} must be an RNNCell, got {cell!r}, which {why}.")
    if tf.get_variable_scope().reuse is True and _ignores_reuse(cell):
        raise ValueError(
            f"{argument} {cell!r} is a Keras layer, which makes new variables where the scope says reuse: "
            "its weights would differ from bucket to bucket. Use a cell of legacy_seq2seq.rnn_cell."
        )


def _ignores_reuse(cell: Any) -> bool:
    keras = any(
        base.__name__ == "Layer" and base.__module__.split(".")[0] in {"keras", "tf_keras"}
        for base in type(cell).__mro__
    )
    return keras and not hasattr(cell, "_base_name")  # which TF1's layers have


def initial_state_of(cell: Any, batch_size: Any, dtype: Any) -> Any:
    """Zero state (or what it gives for one) of ours or of a foreign cell."""
    give = getattr(cell, "get_initial_state", None)
    if give is None:
        return cell.zero_state(batch_size, dtype)
    accepted = inspect.signature(give).parameters
    if "inputs" in accepted or any(p.kind is p.VAR_KEYWORD for p in accepted.values()):
        return give(inputs=None, batch_size=batch_size, dtype=dtype)
    return give(batch_size=batch_size)  # Keras 3
