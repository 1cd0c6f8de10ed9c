"""The WMT texts, from small archives on a server of this process, as far as ids ready for training."""

import gzip
import http.server
import io
import os
import tarfile
import threading
from functools import partial

import pytest

from legacy_seq2seq.translate import data_utils
from legacy_seq2seq.translate.data_utils import (
    get_wmt_enfr_dev_set,
    get_wmt_enfr_train_set,
    gunzip_file,
    prepare_wmt_data,
)

TRAIN = {"en": b"the cat\nthe dog\n" * 50, "fr": b"le chat\nle chien\n" * 50}
DEV = {"en": b"the cat\n", "fr": b"le chat\n"}
NAME = "giga-fren.release2.fixed"


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def add(tar, name, content):
    member = tarfile.TarInfo(name)
    member.size = len(content)
    tar.addfile(member, io.BytesIO(content))


@pytest.fixture
def remote(tmp_path, monkeypatch):
    """A served folder with both archives, to which the module's urls point."""
    folder = tmp_path / "remote"
    folder.mkdir()
    with tarfile.open(folder / "train.tar", "w") as tar:
        add(tar, "./README", b"read me")
        for language, text in TRAIN.items():
            add(tar, f"./{NAME}.{language}.gz", gzip.compress(text))
    with tarfile.open(folder / "dev.tgz", "w:gz") as tar:
        add(tar, "../outside", b"must not be written")
        for language, text in DEV.items():
            add(tar, f"dev/newstest2013.{language}", text)
            add(tar, f"dev/newstest2012.{language}", b"another year\n")
    handler = partial(Handler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setattr(data_utils, "_WMT_ENFR_TRAIN_URL", f"{url}/train.tar")
        monkeypatch.setattr(data_utils, "_WMT_ENFR_DEV_URL", f"{url}/dev.tgz")
        yield folder
        server.shutdown()
        thread.join()


@pytest.fixture
def no_network(monkeypatch):
    for name in ("_WMT_ENFR_TRAIN_URL", "_WMT_ENFR_DEV_URL"):
        monkeypatch.setattr(data_utils, name, "nowhere://")


def texts(folder, name):
    return {language: (folder / f"{name}.{language}").read_bytes() for language in ("en", "fr")}


def test_training_text(remote, tmp_path, capsys):
    folder = tmp_path / "data"
    assert get_wmt_enfr_train_set(folder) == str(folder / NAME)
    assert texts(folder, NAME) == TRAIN
    assert sorted(os.listdir(folder)) == [f"{NAME}.en", f"{NAME}.fr", "training-giga-fren.tar"]
    assert f"Extracting tar file {folder}/training-giga-fren.tar\n" in capsys.readouterr().out


def test_development_text(remote, tmp_path, capsys):
    folder = tmp_path / "data"
    assert get_wmt_enfr_dev_set(str(folder)) == str(folder / "newstest2013")
    assert texts(folder, "newstest2013") == DEV
    assert sorted(os.listdir(folder)) == ["dev-v2.tgz", "newstest2013.en", "newstest2013.fr"]
    assert not (tmp_path / "outside").exists()
    assert f"Extracting tgz file {folder}/dev-v2.tgz\n" in capsys.readouterr().out


def test_another_place_by_argument(remote, tmp_path):
    url = data_utils._WMT_ENFR_TRAIN_URL
    data_utils._WMT_ENFR_TRAIN_URL = "nowhere://"
    get_wmt_enfr_train_set(tmp_path, url=url)
    assert texts(tmp_path, NAME) == TRAIN


@pytest.mark.parametrize("name", [NAME, "giga-fren.release2"])
def test_texts_that_are_there_are_kept(no_network, tmp_path, name):
    for language in ("en", "fr"):
        (tmp_path / f"{name}.{language}").write_bytes(b"mine\n")
        (tmp_path / f"newstest2013.{language}").write_bytes(b"mine\n")
    assert get_wmt_enfr_train_set(tmp_path) == str(tmp_path / name)
    assert get_wmt_enfr_dev_set(tmp_path) == str(tmp_path / "newstest2013")
    assert texts(tmp_path, name) == {"en": b"mine\n", "fr": b"mine\n"}


def test_a_text_that_is_there_is_kept_while_the_other_is_fetched(remote, tmp_path):
    (tmp_path / f"{NAME}.fr").write_bytes(b"mine\n")
    get_wmt_enfr_train_set(tmp_path)
    assert texts(tmp_path, NAME) == {"en": TRAIN["en"], "fr": b"mine\n"}


def test_packed_texts_that_are_there_are_used(no_network, tmp_path):
    for language, text in TRAIN.items():
        (tmp_path / f"{NAME}.{language}.gz").write_bytes(gzip.compress(text))
    get_wmt_enfr_train_set(tmp_path)
    assert texts(tmp_path, NAME) == TRAIN


@pytest.mark.parametrize("damage", ["cut", "checksum", "other", "empty"])
def test_gunzip_file(tmp_path, damage, capsys):
    packed = gzip.compress(TRAIN["en"])
    path, new = tmp_path / "text.gz", tmp_path / "text"
    path.write_bytes(packed)
    gunzip_file(path, new)
    assert new.read_bytes() == TRAIN["en"]
    assert capsys.readouterr().out == f"Unpacking {path} to {new}\n"
    new.unlink()
    damaged = {
        "cut": packed[:-20],
        "checksum": packed[:-8] + b"\0\0\0\0" + packed[-4:],
        "other": b"no gzip",
    }
    path.write_bytes(damaged.get(damage, b""))
    with pytest.raises(OSError, match=r"text\.gz is damaged or cut off .*delete it"):
        gunzip_file(path, new)
    assert os.listdir(tmp_path) == ["text.gz"]


def test_a_damaged_archive_is_named_and_nothing_half_written_is_left(remote, tmp_path):
    whole = (remote / "train.tar").read_bytes()
    first_text = whole.index(b"\x1f\x8b")
    for content in (whole[: first_text + 20], b"", b"<html>not found</html>", whole[:100]):
        archive = tmp_path / "training-giga-fren.tar"
        archive.write_bytes(content)
        with pytest.raises(OSError, match=r"training-giga-fren\.tar"):
            get_wmt_enfr_train_set(tmp_path)
        assert sorted(os.listdir(tmp_path)) == ["remote", "training-giga-fren.tar"]
        archive.unlink()


def test_damaged_content_of_an_archive(remote, tmp_path):
    whole = bytearray((remote / "train.tar").read_bytes())
    start = whole.index(b"\x1f\x8b")
    whole[start + 20 : start + 24] = b"\xff\xff\xff\xff"
    (tmp_path / "training-giga-fren.tar").write_bytes(whole)
    with pytest.raises(OSError, match=r"training-giga-fren\.tar is damaged or cut off"):
        get_wmt_enfr_train_set(tmp_path)
    assert not (tmp_path / f"{NAME}.en").exists()


def test_an_archive_without_the_texts(tmp_path):
    with tarfile.open(tmp_path / "dev-v2.tgz", "w:gz") as tar:
        add(tar, "dev/newstest2013.en", b"text\n")
        link = tarfile.TarInfo("dev/newstest2013.fr")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/hostname"
        tar.addfile(link)
    with pytest.raises(OSError, match=r"dev-v2\.tgz: expected the files dev/newstest2013\.fr in it"):
        get_wmt_enfr_dev_set(tmp_path)
    assert not os.path.lexists(tmp_path / "newstest2013.fr")


def expected_paths(folder, names):
    return tuple(str(folder / name) for name in names)


OF_1X = (
    f"{NAME}.en.ids6",
    f"{NAME}.fr.ids7",
    "newstest2013.en.ids6",
    "newstest2013.fr.ids7",
    "vocab6.from",
    "vocab7.to",
)
OF_0X = (
    f"{NAME}.ids6.en",
    f"{NAME}.ids7.fr",
    "newstest2013.ids6.en",
    "newstest2013.ids7.fr",
    "vocab6.en",
    "vocab7.fr",
)


def test_prepare_wmt_data(remote, tmp_path):
    folder = tmp_path / "data"
    paths = prepare_wmt_data(folder, 6, 7)
    assert paths == expected_paths(folder, OF_1X)
    assert (folder / OF_1X[0]).read_bytes() == b"4 5\n4 3\n" * 50
    assert (folder / OF_1X[1]).read_bytes() == b"4 5\n4 6\n" * 50
    assert (folder / OF_1X[3]).read_bytes() == b"4 5\n"
    assert prepare_wmt_data(str(folder), 6, 7) == paths


def test_what_is_prepared_needs_no_texts(remote, tmp_path, monkeypatch):
    folder = tmp_path / "data"
    paths = prepare_wmt_data(folder, 6, 7)
    for name in os.listdir(folder):
        if not name.startswith(OF_1X):
            (folder / name).unlink()
    monkeypatch.setattr(data_utils, "_WMT_ENFR_TRAIN_URL", "nowhere://")
    assert prepare_wmt_data(folder, 6, 7) == paths


@pytest.mark.parametrize("missing", [[], [2, 3]])
def test_a_folder_of_0x_goes_on_under_its_names(remote, tmp_path, missing):
    """Its order of equally frequent words was Python 2's: a new vocabulary would be another."""
    folder = tmp_path / "data"
    folder.mkdir()
    start = b"_PAD\n_GO\n_EOS\n_UNK\n"
    contents = [b"4 5\n" * 100, b"5 6\n" * 100, b"4 5\n", b"5 6\n"]
    contents += [start + b"the\ncat\n", start + b"chien\nle\nchat\n"]
    for place, (name, content) in enumerate(zip(OF_0X, contents, strict=True)):
        if place not in missing:
            (folder / name).write_bytes(content)
    if missing:
        for name, language in ((NAME, "en"), (NAME, "fr")):
            (folder / f"{name}.{language}").write_bytes(
                (b"the cat\n" if language == "en" else b"le chat\n") * 100
            )
    assert prepare_wmt_data(folder, 6, 7) == expected_paths(folder, OF_0X)
    for place, name in enumerate(OF_0X):
        assert (folder / name).read_bytes() == contents[place], name
    assert not (folder / "vocab6.from").exists()
