"""The experiment: corpora, runs, statistics, pictures and reports."""
