"""Trees of sources on the disk, and the command that migrates them."""

from legacy_seq2seq.migrate.__main__ import main


def tree(root, files):
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def contents(root):
    return {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def migrate(*arguments):
    return main(["source", *map(str, arguments)])
