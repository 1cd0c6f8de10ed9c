"""What the cases of source rules share: settings of a file, and the imports that their texts begin with."""

V0 = {"era": ((0, 9), (0, 12))}
V06 = {"era": ((0, 5), (0, 6))}
V10 = {"era": ((1, 0), (1, 0))}
V12 = {"era": ((1, 2), (1, 15))}
PY2 = {"python2": True}
UNDECIDED = {"undecided": True, **V0}
TF = "import tensorflow as tf\n"
L = "import legacy_seq2seq\n"
C = "from legacy_seq2seq import rnn_cell\n"
NP = "import numpy as np\n"
