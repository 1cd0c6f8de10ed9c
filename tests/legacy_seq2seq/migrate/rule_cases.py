"""For every source rule: texts before and after it, and texts that it leaves alone.

A case is (before, after) or (before, after, settings); `TODO` in an `after` stands for a marked comment of the
rule, whatever it says. Settings are those of `SourceFile`.
"""

import cell_rule_cases
import numpy_rule_cases
import program_rule_cases
import python_rule_cases
import seq2seq_rule_cases
import tensorflow_rule_cases

_TABLES = (
    python_rule_cases,
    numpy_rule_cases,
    tensorflow_rule_cases,
    program_rule_cases,
    cell_rule_cases,
    seq2seq_rule_cases,
)
CASES = {name: cases for table in _TABLES for name, cases in table.CASES.items()}
NO_OPS = {name: cases for table in _TABLES for name, cases in table.NO_OPS.items()}
