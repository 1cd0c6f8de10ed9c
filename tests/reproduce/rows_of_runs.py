"""Made-up rows for tests of what reads rows."""

import math

from reproduce.rows import Row


def row(regime="joint", seed=0, step=0, **values):
    numbers = {
        "corpus": "listings",
        "method": "sum" if regime == "joint" else "none",
        "decoder_updates": 0 if regime == "price_only" else step,
        "price_updates": 0 if regime == "seq2seq_only" else step,
        "examples": 32 * step,
        "wall_seconds": step / 100,
        "train_sequence_nll": 4.0,
        "dev_sequence_nll": 4.0 / (1 + step),
        "dev_perplexity": math.exp(4.0 / (1 + step)),
        "train_price_nll": 1.6,
        "dev_price_nll": 1.6,
        "dev_price_accuracy": 0.2,
        "gradient_norm": math.nan if step == 0 else 1 / 3,
        "batch_sequence_loss": math.nan,
        "batch_price_loss": 1.0,
        "majority_price_accuracy": 0.21,
        "limit_price_accuracy": 0.79,
        "limit_price_nll": 0.47,
        "ideal_price_accuracy": 0.78,
        "ideal_price_nll": 0.48,
    }
    return Row(regime=regime, seed=seed, step=step, **{**numbers, **values})
