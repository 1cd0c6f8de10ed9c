"""Scopes, reuse and names in the ways of old programs, against what TF 1.15.5 did with the same lines."""

import json
import types
import warnings
from typing import Any

import golden_cases
import pytest
import scenarios
import tensorflow.compat.v1 as tf

import legacy_seq2seq
from legacy_seq2seq import rnn, rnn_cell

RECORDED = json.loads((golden_cases.GOLDEN / "more" / "scopes.json").read_text(encoding="utf-8"))["scenarios"]
API = types.SimpleNamespace(
    tf=tf, cells=rnn_cell, seq2seq=legacy_seq2seq, static_rnn=rnn.static_rnn, linear=rnn_cell.linear
)


@pytest.mark.parametrize("scenario", scenarios.SCENARIOS, ids=lambda scenario: scenario.__name__)
@pytest.mark.parametrize("resource", [True, False], ids=["resource", "ref"])
def test_scenario(scenario: Any, resource: bool) -> None:
    def in_scope(api: Any) -> Any:
        with tf.variable_scope(tf.get_variable_scope(), use_resource=resource):
            return scenario(api)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        outcome = scenarios.outcome(in_scope, API)
    assert json.loads(json.dumps(outcome)) == RECORDED[scenario.__name__]


def test_every_scenario_is_recorded() -> None:
    assert {scenario.__name__ for scenario in scenarios.SCENARIOS} == set(RECORDED)
