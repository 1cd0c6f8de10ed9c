import pytest
import tensorflow.compat.v1 as tf

from price_subgraph.losses import add_losses, total_loss


def build(outer=""):
    """Twelve buckets with two losses each; bucket i's are worth 3^i and 2 * 3^i."""
    scopes = []
    for index in range(12):
        with tf.name_scope(f"{outer}bucket_{index}") as scope:
            add_losses(scope, tf.constant(3.0**index), tf.constant(2 * 3.0**index))
        scopes.append(scope)
    return scopes


@pytest.mark.parametrize("outer", ["", "tower.0/"])
def test_no_buckets_total_contains_anothers(outer):
    with tf.Graph().as_default(), tf.Session() as session:
        totals = [total_loss(scope) for scope in build(outer)]
        assert session.run(totals) == [3.0 ** (index + 1) for index in range(12)]
        assert len(tf.get_collection(tf.GraphKeys.LOSSES)) == 24


def test_the_trap_is_real():
    with tf.Graph().as_default(), tf.Session() as session:
        build()
        trapped = session.run(tf.losses.get_total_loss(scope="bucket_1"))
        assert trapped == 3.0**2 + 3.0**11 + 3.0**12


def test_a_regularization_loss_of_the_bucket_counts():
    with tf.Graph().as_default(), tf.Session() as session:
        with tf.name_scope("bucket_0") as scope:
            add_losses(scope, tf.constant(1.0))
            tf.add_to_collection(tf.GraphKeys.REGULARIZATION_LOSSES, tf.constant(0.5))
        assert session.run(total_loss(scope)) == 1.5


def test_mistakes_are_named():
    with tf.Graph().as_default():
        with tf.name_scope("bucket_0") as scope:
            pass
        with pytest.raises(ValueError, match="no loss was collected in the name scope 'bucket_0/'"):
            total_loss(scope)
        with pytest.raises(ValueError, match="inside the name scope 'bucket_0/', got 'elsewhere'"):
            add_losses(scope, tf.constant(1.0, name="elsewhere"))
        for call in (total_loss, add_losses):
            with pytest.raises(ValueError, match="final slash, got 'bucket_0'"):
                call("bucket_0")
