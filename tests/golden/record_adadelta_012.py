"""Records the steps of AdadeltaOptimizer under TensorFlow 0.12.1 (Python 2.7): python record_... OUT_DIR.

Each .npz: `initial` [5, 3]; gradients by step, `values` [steps, rows, 3] and `indices` [steps, rows] (all of
0..4 where the gradient is dense); after each step `variable`, `accum`, `accum_update` [steps, 5, 3].
"""

import os
import sys

import numpy as np
import tensorflow as tf

STEPS = 4
ROWS = {
    "dense": [list(range(5))] * STEPS,
    "sparse": [[3, 0], [1, 3], [4, 2], [0, 3]],
    "sparse-repeated": [[3, 0, 3], [1, 1, 1], [4, 2, 4], [0, 3, 0]],
}


def main(folder):
    assert tf.__version__ == "0.12.1", tf.__version__
    for name, rows in sorted(ROWS.items()):
        random = np.random.RandomState(3)
        initial = random.uniform(-1, 1, [5, 3]).astype(np.float32)
        values = random.uniform(-1, 1, [STEPS, len(rows[0]), 3]).astype(np.float32)
        kept = {"variable": [], "accum": [], "accum_update": []}
        with tf.Graph().as_default(), tf.Session() as session:
            variable = tf.Variable(initial)
            value = tf.placeholder(tf.float32, values.shape[1:])
            index = tf.placeholder(tf.int32, [len(rows[0])])
            gradient = value if name == "dense" else tf.IndexedSlices(value, index, tf.constant([5, 3]))
            optimizer = tf.train.AdadeltaOptimizer(0.5, rho=0.9, epsilon=1e-6)
            update = optimizer.apply_gradients([(gradient, variable)])
            session.run(tf.initialize_all_variables())
            for step in range(STEPS):
                session.run(update, {value: values[step], index: rows[step]})
                kept["variable"].append(session.run(variable))
                for slot in ("accum", "accum_update"):
                    kept[slot].append(session.run(optimizer.get_slot(variable, slot)))
        arrays = {key: np.array(value) for key, value in kept.items()}
        path = os.path.join(folder, name + ".npz")
        np.savez_compressed(path, initial=initial, values=values, indices=np.array(rows), **arrays)


if __name__ == "__main__":
    main(sys.argv[1])
