"""The `translate.py` tutorial: English to French with a bucketed attention seq2seq model."""
