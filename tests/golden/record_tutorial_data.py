"""Records what the tutorial's own `data_utils.py` makes of a text full of traps.

Usage: python record_tutorial_data.py PATH_OF_THE_TUTORIALS_data_utils.py OUT_DIR
(Python 3.7, TensorFlow 1.15.5; the file of TensorFlow 0.12.1, whose functions are those of 1.x)
"""

import importlib.util
import os
import sys

TEXT = [
    b'The price, ("10.50") is: don\'t ask! why? no; 2016 10 35\n',
    b"tie-a tie-b tie-c TIE-C tie-b tie-a tie-c\n",
    b"\n",
    b"   \t  \n",
    b"carriage\r\n",
    b"in\rside car\rriage\r\r\n",
    "no\u00a0break space\u2028line \u2029 paragraph \u0085 next\u3000wide\n".encode(),
    b"vertical\x0btab form\x0cfeed unit\x1fseparator file\x1cseparator\n",
    b"latin \xe9t\xe9 \xff\xfe zero\x00byte\n",
    "\u0663\u0664 arabic \u00b2 digits x1y22z\n".encode(),
    b"_PAD _UNK _UNK _EOS word _GO\n",
    "l'\u00e9t\u00e9 ; \u00ab oui \u00bb ... \u20ac9,99 :-)\n".encode(),
    b"price price the The the 00 11 22 0\n",
    b"the end without a line feed 7",
]


def main(tutorial, out):
    spec = importlib.util.spec_from_file_location("data_utils", tutorial)
    data_utils = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(data_utils)
    os.makedirs(out, exist_ok=True)
    text = os.path.join(out, "text")
    with open(text, "wb") as file:
        file.writelines(TEXT)
    for size in (12, 30, 1000):
        for digits in (True, False):
            vocabulary = os.path.join(out, "vocab{}.{}".format(size, "zeros" if digits else "digits"))
            data_utils.create_vocabulary(vocabulary, text, size, normalize_digits=digits)
            ids = vocabulary.replace("vocab", "ids")
            data_utils.data_to_token_ids(text, ids, vocabulary, normalize_digits=digits)


if __name__ == "__main__":
    main(*sys.argv[1:])
