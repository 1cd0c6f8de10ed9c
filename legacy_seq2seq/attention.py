"""Decoders with attention: attention_decoder, embedding_attention_decoder.

Shapes: B batch, T decoder time steps, L attended positions (attn_length), A width of an attended state
(attn_size, also the width of the query), Q query width (all parts of the cell's state), I input width,
O output size, K heads, V symbols, E embedding size.
"""

from collections.abc import Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.choice import use_loop
from legacy_seq2seq.feeding import as_flag, check_projection, embed, feeding_loop
from legacy_seq2seq.graphs import graph_only
from legacy_seq2seq.loop import obstacle_to_attention, run_attention_decoder
from legacy_seq2seq.loop.attention import Attended
from legacy_seq2seq.rnn_cell.linear import Linear, linear
from legacy_seq2seq.unrolled import LoopFunction, unroll


class Attention:
    """Additive attention of K heads over states that do not change while decoding.

    Head a: `s_l = v_a . tanh(W_a h_l + U_a q + b_a)`, weights softmax(s) over the L positions, context
    `sum_l weights_l h_l` (Vinyals et al. 2015, arXiv:1412.7449, eq. 1-3).
    """

    def __init__(self, attention_states: tf.Tensor, num_heads: int, dtype: Any) -> None:
        """Make or find `AttnW_k` and `AttnV_k`; `attention_states` is [B, L, A]."""
        self._dtype = dtype
        self._states = attention_states  # [B, L, A]
        self._size = tf.dimension_value(attention_states.shape[2])
        self._length = tf.dimension_value(attention_states.shape[1])
        if self._length is None:
            self._length = tf.shape(attention_states)[1]
        self._features = []  # per head W_a h, [B, L, A]: the same at every step
        self._v = []
        flat_states = tf.reshape(attention_states, [-1, self._size])
        for head in range(num_heads):
            # The shape of a 1 x 1 convolution's filter, which is what 1.15 made of this product.
            w = tf.get_variable(f"AttnW_{head}", [1, 1, self._size, self._size], dtype=dtype)
            features = tf.matmul(flat_states, tf.reshape(w, [self._size, self._size]))
            self._features.append(tf.reshape(features, [-1, self._length, self._size]))
            self._v.append(tf.get_variable(f"AttnV_{head}", [self._size], dtype=dtype))

    def no_contexts(self, batch_size: Any) -> list[tf.Tensor]:
        """K zeros [B, A]: what the first step sees without initial_state_attention."""
        zeros = tf.zeros(tf.stack([batch_size, self._size]), dtype=self._dtype)
        zeros.set_shape([None, self._size])
        return [zeros for _ in self._v]

    def contexts(self, state: Any) -> list[tf.Tensor]:
        """K contexts [B, A] for the query made of all parts of the cell's `state`."""
        query = tf.concat(tf.nest.flatten(state), 1) if tf.nest.is_nested(state) else state
        contexts = []
        for head, (features, v) in enumerate(zip(self._features, self._v, strict=True)):
            with tf.variable_scope(f"Attention_{head}"):
                y = tf.cast(linear(query, self._size, True), self._dtype)
                activity = tf.tanh(features + tf.expand_dims(y, 1))
                # Products with v and with the states as matmuls: broadcast products and the reductions
                # in their gradients would dominate the step on a CPU.
                scores = tf.matmul(tf.reshape(activity, [-1, self._size]), tf.expand_dims(v, 1))
                scores = tf.reshape(scores, [-1, 1, self._length])
                # float32 whatever the model's dtype, as in 1.15.
                weights = tf.cast(tf.nn.softmax(tf.cast(scores, tf.float32)), self._dtype)
                context = tf.matmul(weights, self._states)
                contexts.append(tf.reshape(context, [-1, self._size]))
        return contexts

    def attended(self, query: tf.TensorSpec) -> Attended:
        """For the loop: what `contexts` works with, for queries like `query` [B, Q]."""
        heads = len(self._v)
        weights, features = [], []
        for head, projected in enumerate(self._features):
            with tf.variable_scope(f"Attention_{head}"):
                affine = Linear(query, self._size, True)
                weights.append(affine.weights)
                features.append(projected + affine.biases)
        v = tf.stack(self._v)[:, :, tf.newaxis] * tf.eye(heads, dtype=self._dtype)[:, tf.newaxis, :]
        return Attended(
            self._states,
            tf.concat(features, 2),
            tf.reshape(v, [heads * self._size, heads]),
            tf.concat(weights, 1),
        )


def _checked_states(attention_states: Any) -> tf.Tensor:
    states = tf.convert_to_tensor(attention_states)
    if states.shape.rank != 3:
        raise ValueError(f"attention_states must be 3-D [batch, length, size], got shape {states.shape}.")
    if tf.dimension_value(states.shape[2]) is None:
        raise ValueError(f"attention_states must have a known last dimension, got shape {states.shape}.")
    return states


@graph_only
def attention_decoder(
    decoder_inputs: Sequence[Any],
    initial_state: Any,
    attention_states: Any,
    cell: Any,
    output_size: int | None = None,
    num_heads: int = 1,
    loop_function: LoopFunction | None = None,
    dtype: Any = None,
    scope: Any = None,
    initial_state_attention: bool = False,
) -> tuple[list[Any], Any]:
    """A decoder that attends to `attention_states` after every step.

    Step i: `x = [input, contexts] W + b` [B, I]; the cell steps on x; the new state is the query for new
    contexts; `output = [cell output, contexts] W_o + b_o`.

    Args:
      decoder_inputs: list of T tensors [B, I].
      initial_state: the cell's state to start from.
      attention_states: [B, L, A]; A must be known.
      cell: an RNNCell.
      output_size: O; the cell's output size if None.
      num_heads: K.
      loop_function: if given, step i > 0 is fed `loop_function(output of step i - 1, i)`, i a Python int.
      dtype: of contexts and outputs; the scope's if None. The softmax runs in float32 whatever it is.
      scope: variable scope, `attention_decoder` if None.
      initial_state_attention: whether the first step sees contexts of `initial_state` instead of zeros
        (used to resume decoding from a stored state).

    Returns (list of T outputs [B, O], last state). Variables `AttnW_k` [1, 1, A, A], `AttnV_k` [A],
    `kernel` [I + K A, I], `bias` [I], `Attention_k/{kernel [Q, A], bias [A]}`,
    `AttnOutputProjection/{kernel [cell output + K A, O], bias [O]}`.
    Raises ValueError for no inputs, fewer than one head, or unknown widths; RuntimeError eagerly.
    Source: TF 1.15 `tf.contrib.legacy_seq2seq.attention_decoder`.
    """
    if not decoder_inputs:
        raise ValueError("decoder_inputs must hold at least one time step, got none.")
    if num_heads < 1:
        raise ValueError(f"num_heads must be at least 1 (rnn_decoder has no attention), got {num_heads}.")
    states = _checked_states(attention_states)
    if output_size is None:
        output_size = cell.output_size

    with tf.variable_scope(scope or "attention_decoder", dtype=dtype) as own_scope:
        dtype = own_scope.dtype
        attention = Attention(states, num_heads, dtype)
        if initial_state_attention:
            contexts = attention.contexts(initial_state)
        else:
            contexts = attention.no_contexts(tf.shape(decoder_inputs[0])[0])

        against = obstacle_to_attention(cell, decoder_inputs, initial_state, loop_function, states, dtype)
        if use_loop(len(decoder_inputs), against):
            return run_attention_decoder(
                cell,
                decoder_inputs,
                initial_state,
                attention,
                contexts,
                output_size,
                True if initial_state_attention else None,
                loop_function,
            )

        def step(i: int, inp: Any, carry: Any) -> tuple[Any, Any]:
            contexts, state = carry
            input_size = tf.dimension_value(inp.shape.with_rank(2)[1])
            if input_size is None:
                raise ValueError(f"decoder_inputs must have a known width, got {inp!r} at step {i}.")
            x = linear([tf.cast(part, dtype) for part in (inp, *contexts)], input_size, True)
            cell_output, state = cell(x, state)
            # The initial state's contexts have made the variables already.
            reuse = True if i == 0 and initial_state_attention else None
            with tf.variable_scope(tf.get_variable_scope(), reuse=reuse):
                contexts = attention.contexts(state)
            with tf.variable_scope("AttnOutputProjection"):
                output = linear([tf.cast(cell_output, dtype), *contexts], output_size, True)
            return output, (contexts, state)

        outputs, (_, last_state) = unroll(step, decoder_inputs, (contexts, initial_state), loop_function)
    return outputs, last_state


@graph_only
def embedding_attention_decoder(
    decoder_inputs: Sequence[Any],
    initial_state: Any,
    attention_states: Any,
    cell: Any,
    num_symbols: int,
    embedding_size: int,
    num_heads: int = 1,
    output_size: int | None = None,
    output_projection: Any = None,
    feed_previous: Any = False,
    update_embedding_for_previous: bool = True,
    dtype: Any = None,
    scope: Any = None,
    initial_state_attention: bool = False,
) -> tuple[list[Any], Any]:
    """An `attention_decoder` over embedded symbols.

    Args:
      decoder_inputs: list of T integer tensors [B].
      initial_state: the cell's state to start from.
      attention_states: [B, L, A].
      cell: an RNNCell.
      num_symbols: V.
      embedding_size: E.
      num_heads: K.
      output_size: O; the cell's output size if None. Without `output_projection` it should be V.
      output_projection: None, or (W [O, V], b [V]), used to find the symbol that is fed back.
      feed_previous: bool or scalar bool tensor; True feeds every step after the first the most likely
        symbol of the previous output.
      update_embedding_for_previous: False keeps gradients from the embedding through symbols fed back.
      dtype: of the variables; the scope's if None.
      scope: variable scope, `embedding_attention_decoder` if None.
      initial_state_attention: whether the first step sees contexts of `initial_state` instead of zeros.

    Returns (list of T outputs [B, O], last state); the outputs are not projected. Variables `embedding`
    [V, E] and, under `attention_decoder`, those of `attention_decoder`. Raises ValueError if the projection's
    biases do not fit V and as `attention_decoder` does, TypeError for another `feed_previous`, RuntimeError
    eagerly. Source: TF 1.15 `tf.contrib.legacy_seq2seq.embedding_attention_decoder`.
    """
    feed_previous = as_flag(feed_previous)
    if output_size is None:
        output_size = cell.output_size
    check_projection(output_projection, num_symbols, dtype, check_weights=False)
    with tf.variable_scope(scope or "embedding_attention_decoder", dtype=dtype):
        embedding = tf.get_variable("embedding", [num_symbols, embedding_size])
        symbols = [tf.convert_to_tensor(entry) for entry in decoder_inputs]
        loop_function = feeding_loop(
            feed_previous, embedding, symbols, output_projection, update_embedding_for_previous
        )
        return attention_decoder(
            embed(embedding, symbols, loop_function),
            initial_state,
            attention_states,
            cell,
            output_size=output_size,
            num_heads=num_heads,
            loop_function=loop_function,
            initial_state_attention=initial_state_attention,
        )
