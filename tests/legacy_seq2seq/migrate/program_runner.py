"""Runs programs one after another, each in a process of its own that starts with TensorFlow imported.

Reads JSON lines {"folder", "arguments", "output"} from standard input, writes the exit code of each.
"""

import json
import os
import random
import runpy
import sys
import traceback


def run(arguments):
    """Run a script, `-m module`, or a notebook's code cells, like the interpreter would."""
    program = arguments[0]
    if program == "-m":
        sys.argv = arguments[1:]
        sys.path.insert(0, "")
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
        return
    sys.argv = arguments
    sys.path.insert(0, os.path.dirname(os.path.abspath(program)))
    if not program.endswith(".ipynb"):
        runpy.run_path(program, run_name="__main__")
        return
    scope = {"__name__": "__main__"}
    with open(program, encoding="utf-8") as stream:
        cells = json.load(stream)["cells"]
    for cell in cells:
        lines = [line for line in cell["source"] if not line.startswith("%")]
        exec(compile("".join(lines), program, "exec"), scope)


def run_seeded(arguments):
    """Programs of their eras set no seeds; what they learn, and say, must be the same every time."""
    import numpy as np  # noqa: PLC0415
    import tensorflow.compat.v1 as tf  # noqa: PLC0415

    random.seed(0)
    np.random.seed(0)
    with tf.Graph().as_default():  # the program's default graph
        tf.set_random_seed(0)
        run(arguments)


def child(order):
    """Never returns."""
    code = 1
    try:
        os.chdir(order["folder"])
        out = os.open(order["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)
        run_seeded(order["arguments"])
        code = 0
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def main():
    """Fork for every order."""
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import legacy_seq2seq  # noqa: F401, PLC0415

    for line in sys.stdin:
        order = json.loads(line)
        process = os.fork()
        if process == 0:
            child(order)
        _, status = os.waitpid(process, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
