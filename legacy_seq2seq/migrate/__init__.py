"""Carry legacy code and checkpoints (TensorFlow 0.5 to 1.15) over to TensorFlow 2 with `legacy_seq2seq`.

`python -m legacy_seq2seq.migrate source SRC --out DST` rewrites a tree of code, which is read and never
executed; `python -m legacy_seq2seq.migrate checkpoint OLD --out NEW` carries its weights over.
"""
