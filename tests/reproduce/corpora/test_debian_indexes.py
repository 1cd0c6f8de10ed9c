"""The corpus `debian`: reading apt's index files and joining them."""

from corpora.archive import package, translation

from reproduce.corpora.debian.apt import IndexFile
from reproduce.corpora.debian.indexes import Description, join, stanzas


def indexes(folder, **texts):
    """Index files: packages=..., en=..., fr=..., each one text or several."""
    files = []
    for kind, found in texts.items():
        for number, text in enumerate([found] if isinstance(found, str) else found):
            path = folder / f"{kind}{number}"
            path.write_text(text)
            packages = kind == "packages"
            files.append(
                IndexFile("Packages" if packages else "Translations", "" if packages else kind, "r", path)
            )
    return files


class TestStanzas:
    def test_first_lines_of_fields(self, tmp_path):
        path = tmp_path / "index"
        path.write_text("A: 1\nLong-field: x: y\n more\n\tmore: still\n .\n\n\n\nA:2\nno colon\nB:\n")
        assert list(stanzas(path)) == [{"A": "1", "Long-field": "x: y"}, {"A": "2", "B": ""}]

    def test_empty(self, tmp_path):
        (tmp_path / "index").write_text("\n\n")
        assert list(stanzas(tmp_path / "index")) == []

    def test_foreign_bytes_do_no_harm(self, tmp_path):
        (tmp_path / "index").write_bytes(b"A: caf\xe9\n\nA: caf\xc3\xa9\n")
        assert list(stanzas(tmp_path / "index")) == [{"A": "caf\ufffd"}, {"A": "café"}]


class TestJoin:
    def test_by_md5(self, tmp_path):
        files = indexes(
            tmp_path,
            packages=package("one", 1, 10, "contrib/games") + package("two", 2, 20),
            en=translation("en", 2, "two things") + translation("en", 1, "one thing"),
            fr=translation("fr", 1, "une chose") + translation("fr", 2, "deux choses"),
        )
        found, missing = join(files)
        assert found == [
            Description("one", "games", 10, "one thing", "une chose"),
            Description("two", "utils", 20, "two things", "deux choses"),
        ]
        assert not missing

    def test_english_of_the_packages_file(self, tmp_path):
        files = indexes(
            tmp_path,
            packages=package("one", 1, description="one thing"),
            fr=translation("fr", 1, "une chose"),
        )
        assert join(files)[0][0].english == "one thing"

    def test_what_falls_out_is_counted(self, tmp_path):
        files = indexes(
            tmp_path,
            packages="".join(
                [
                    package("kept", 1),
                    package("untranslated", 2),
                    package("no-english", 3),
                    package("no-size", 1, size=None),
                    package("odd-size", 1, size="12k"),
                    package("superscript-size", 1, size="²"),
                ]
            ),
            en=translation("en", 1, "one thing") + translation("en", 2, "two things"),
            fr=translation("fr", 1, "une chose") + translation("fr", 3, "trois choses"),
        )
        found, missing = join(files)
        assert [of.package for of in found] == ["kept"]
        assert missing == {"without a French description": 2, "without an installed size": 3}

    def test_a_package_of_two_releases_counts_once(self, tmp_path):
        files = indexes(
            tmp_path,
            packages=[
                package("one", 1, 10) + package("two", 9, 20) + package("three", 9),
                package("one", 2, 11) + package("two", 2, 21) + package("three", 9),
            ],
            en=translation("en", 1, "one thing") + translation("en", 2, "two things"),
            fr=translation("fr", 1, "une chose") + translation("fr", 2, "deux choses"),
        )
        found, missing = join(files)
        # "one" as in the first release; "two" as in the second, where it is translated.
        assert [(of.package, of.size) for of in found] == [("one", 10), ("two", 21)]
        assert missing == {"without a French description": 1}

    def test_section(self, tmp_path):
        files = indexes(
            tmp_path,
            packages=package("a", 1, section="non-free/libs") + package("b", 1, section=None),
            en=translation("en", 1, "one thing"),
            fr=translation("fr", 1, "une chose"),
        )
        assert [of.section for of in join(files)[0]] == ["libs", "unknown"]
