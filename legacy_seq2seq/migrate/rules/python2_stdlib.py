"""Rule: modules of the standard library that Python 3 renamed."""

from legacy_seq2seq.migrate.rules.fixer import FixerRule


class Python2Stdlib(FixerRule):
    """`cPickle`, `ConfigParser`, `Queue`, `urllib2`, `StringIO`, `izip`, `os.getcwdu`, ...: their new names.

    https://docs.python.org/3.0/whatsnew/3.0.html#library-changes
    """

    name = "python2-stdlib"
    words = (
        *(
            "cPickle",
            "ConfigParser",
            "Queue",
            "urllib",
            "StringIO",
            "itertools",
            "getcwdu",
            "urlparse",
            "maxint",
        ),
        *(
            "__builtin__",
            "HTMLParser",
            "httplib",
            "cookielib",
            "Cookie",
            "SocketServer",
            "Tkinter",
            "commands",
        ),
        *("copy_reg", "thread", "anydbm", "xmlrpclib", "UserDict", "string.letters", "HTTPServer"),
    )
    fixers = ("imports", "urllib", "itertools_imports", "itertools", "getcwdu", "renames")
