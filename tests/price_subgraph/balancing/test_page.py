"""BALANCING.md: its code runs, its table is the registry's."""

import re
from pathlib import Path

import numpy as np
import pytest
import tensorflow.compat.v1 as tf
from two_tasks import start, two_tasks

from price_subgraph.balancing import METHODS

pytestmark = pytest.mark.usefixtures("graph")


PAGE = Path(__file__).parents[3] / "price_subgraph" / "BALANCING.md"


def test_the_pages_code_runs():
    """Balance, clip and apply; then weight decay added to what came, one row a variable."""
    (sequence_loss, price_loss), shared, own = two_tasks()
    names = {
        "tf": tf,
        "sequence_loss": sequence_loss,
        "price_loss": price_loss,
        "encoder_variables": shared,
        "decoder_variables": own[:1],
        "price_variables": own[1:],
        "final_state": tf.get_default_graph().get_tensor_by_name("Tanh:0"),
        "optimizer": tf.train.GradientDescentOptimizer(0.5),
        "global_step": tf.train.get_or_create_global_step(),
        "regularization_loss": 0.5 * tf.nn.l2_loss(shared[0]),
    }
    balancing, decay = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    exec(balancing, names)
    plain = names["gradients"]
    exec(decay, names)
    with start() as session:
        weights, first, second = session.run([shared[0], list(plain), names["gradients"]])
        np.testing.assert_allclose(second[0], first[0] + 0.5 * weights, rtol=1e-6)
        for a, b in zip(first[1:], second[1:], strict=True):
            np.testing.assert_array_equal(a, b)
        session.run(names["train"])
        assert session.run(names["global_step"]) == 1


def test_the_page_lists_every_method():
    page = PAGE.read_text(encoding="utf-8")
    rows = [line.strip("| ").split(" | ") for line in page.splitlines() if line.startswith("| `")]
    assert [row[0].strip("`") for row in rows] == list(METHODS)
    for (name, summary, paper, level, parameters, holds), method in zip(rows, METHODS.values(), strict=True):
        assert summary == method.summary, name
        assert str(method.paper.year) in paper, name
        assert level == ", ".join(method.levels), name
        defaults = ", ".join(f"{key}={value}" for key, value in method.defaults.items())
        assert parameters == (defaults or "–"), name
        everywhere, _, two = holds.replace(" ", "_").partition("for_two_tasks_")
        claimed = [set(part.strip("–;_").split(",_")) - {""} for part in (everywhere, two)]
        assert claimed == [method.holds, method.two_tasks - method.holds], name
