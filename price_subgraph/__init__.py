"""A price classifier on the encoder's final state, and the ways to train it together with the decoder."""
