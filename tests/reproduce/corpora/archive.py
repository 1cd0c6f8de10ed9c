"""A tiny package archive on disk that a real apt can fetch from, without a network."""

import gzip
import hashlib
import lzma
from email.utils import formatdate


def stanza(**fields):
    """A stanza; underscores in names are hyphens, and a second line follows every description."""
    lines = []
    for name, value in fields.items():
        lines.append(f"{name.replace('_', '-')}: {value}")
        if name.startswith("Description") and name != "Description_md5":
            lines.append(" A long description: with a colon.")
    return "\n".join(lines) + "\n\n"


def package(name, number, size=10, section="utils", description=None, **more):
    """A package whose English description has the MD5 `number`; the text itself stands in Translation-en."""
    fields = {"Package": name, "Version": "1", "Architecture": "all"}
    if size is not None:
        fields["Installed_Size"] = size
    if section is not None:
        fields["Section"] = section
    if description is not None:
        fields["Description"] = description
    return stanza(
        **fields, Description_md5=f"{number:032x}", Filename=f"{name}.deb", Size=1, SHA256="0" * 64, **more
    )


def translation(language, number, text):
    """A stanza of Translation-`language`."""
    return stanza(Package="x", Description_md5=f"{number:032x}", **{f"Description_{language}": text})


def write_archive(root, packages, english, french, component="main"):
    """Writes an archive of one suite, each index in another compression; gives its line for sources.list."""
    suite = root / "dists" / "stable"
    indexes = {
        f"{component}/binary-all/Packages": (packages, ".xz", lzma.compress),
        f"{component}/i18n/Translation-en": (english, ".gz", gzip.compress),
        f"{component}/i18n/Translation-fr": (french, "", bytes),
    }
    sums = []
    for name, (text, ending, compress) in indexes.items():
        if text is None:
            continue
        plain = text.encode()
        stored = compress(plain)
        file = suite / (name + ending)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(stored)
        for entry, data in {name: plain, name + ending: stored}.items():
            sums.append(f" {hashlib.sha256(data).hexdigest()} {len(data)} {entry}")
    head = {
        "Origin": "test",
        "Suite": "stable",
        "Codename": "trixette",
        "Architectures": "all",
        "Components": component,
        "Date": formatdate(usegmt=True),
    }
    lines = [f"{name}: {value}" for name, value in head.items()]
    (suite / "Release").write_text("\n".join([*lines, "SHA256:", *sums]) + "\n")
    return f"deb [trusted=yes arch=all] file:{root} stable {component}"
