"""The memory-bounded reader gives what the tutorial's lists gave."""

import os
import pickle
import random
import tracemalloc

import numpy as np
import pytest

from legacy_seq2seq.translate.data_utils import EOS_ID
from legacy_seq2seq.translate.reader import read_data
from legacy_seq2seq.translate.token_ids import SUFFIX, open_token_ids

BUCKETS = [(5, 10), (10, 15), (20, 25), (40, 50)]


def as_lists(source_path, target_path, buckets, max_size=None):
    """What the tutorial's `read_data` held in memory, by its rule."""
    data_set = [[] for _ in buckets]
    with open(source_path) as sources, open(target_path) as targets:
        for count, (source, target) in enumerate(zip(sources, targets, strict=False), start=1):
            if max_size and count > max_size:
                break
            pair = [[int(x) for x in source.split()], [int(x) for x in target.split()] + [EOS_ID]]
            for bucket, (source_size, target_size) in enumerate(buckets):
                if len(pair[0]) < source_size and len(pair[1]) < target_size:
                    data_set[bucket].append(pair)
                    break
    return data_set


def write_ids(path, lines):
    path.write_text("".join(" ".join(map(str, line)) + "\n" for line in lines))
    return str(path)


@pytest.fixture
def corpus(tmp_path):
    """Two files of 500 lines, a few of them empty and a few too long for every bucket."""
    draw = np.random.RandomState(1)

    def write(name, longest):
        lines = [draw.randint(0, 60, draw.randint(0, longest)).tolist() for _ in range(500)]
        return write_ids(tmp_path / name, lines)

    return write("train.from.ids60", 46), write("train.to.ids60", 54)


@pytest.mark.parametrize("max_size", [None, 0, 1, 37, 500, 501])
def test_the_same_as_lists_in_memory(corpus, max_size):
    data_set = read_data(*corpus, BUCKETS, max_size)
    expected = as_lists(*corpus, BUCKETS, max_size)
    assert [list(data) for data in data_set] == expected
    assert [len(data) for data in data_set] == [len(data) for data in expected]
    if max_size is None:
        assert all(expected)
        assert sum(map(len, expected)) < 500


def test_draws_with_pythons_seed_are_those_of_a_list(corpus):
    data_set, expected = read_data(*corpus, BUCKETS), as_lists(*corpus, BUCKETS)
    for bucket in range(len(BUCKETS)):
        ours, lists = random.Random(7), random.Random(7)
        for _ in range(20):
            assert ours.choice(data_set[bucket]) == lists.choice(expected[bucket])


def test_a_bucket_is_a_sequence_of_lists(corpus):
    data, expected = read_data(*corpus, BUCKETS)[2], as_lists(*corpus, BUCKETS)[2]
    assert data[-1] == expected[-1]
    assert list(data[3:9:2]) == expected[3:9:2]
    assert data.index(expected[4]) == expected.index(expected[4])
    with pytest.raises(IndexError):
        data[len(data)]
    source, target = data[0]
    # The tutorial pads by adding lists, which arrays would take for a sum.
    assert type(source) is list
    assert {type(token) for token in source + target} == {int}


def test_a_batch_is_the_pairs_padded(corpus):
    for data, (source_size, target_size) in zip(read_data(*corpus, BUCKETS), BUCKETS, strict=True):
        indices = [3, 0, len(data) - 1, 3, -1]
        batch = data.batch(indices)
        for row, index in enumerate(indices):
            source, target = data[index]
            assert batch.source[row].tolist() == source + [0] * (source_size - len(source))
            assert batch.target[row].tolist() == target + [0] * (target_size - len(target))
            assert batch.source_lengths[row] == len(source)
            assert batch.target_lengths[row] == len(target)
        assert {array.dtype for array in batch} == {np.dtype(np.int32)}
        assert data.batch([]).source.shape == (0, source_size)
        with pytest.raises(IndexError):
            data.batch([len(data)])


def test_progress_is_told_as_it_was(tmp_path, capsys):
    source = write_ids(tmp_path / "a", [[4]] * 200_001)
    target = write_ids(tmp_path / "b", [[5]] * 200_001)
    data_set = read_data(source, target, [(2, 3)])
    assert capsys.readouterr().out == "  reading data line 100000\n  reading data line 200000\n"
    assert len(data_set[0]) == 200_001


def test_a_copy_in_pickle_maps_the_file_anew(corpus):
    data = read_data(*corpus, BUCKETS)[1]
    packed = pickle.dumps(data)
    assert len(packed) < 4 * len(data) + 2000
    assert list(pickle.loads(packed)) == list(data)


# Staleness of the binary file.


def mapped_at(path):
    return os.stat(path + SUFFIX).st_ino


def test_the_binary_file_is_kept_while_the_text_is_the_same(corpus):
    read_data(*corpus, BUCKETS)
    kept = [mapped_at(path) for path in corpus]
    read_data(*corpus, BUCKETS)
    for path in corpus:  # as a copied folder looks
        os.utime(path, (1, 1))
    read_data(*corpus, BUCKETS, max_size=20)
    assert [mapped_at(path) for path in corpus] == kept


def test_a_text_of_the_same_size_is_noticed(tmp_path):
    source = write_ids(tmp_path / "a", [[4, 5], [6]])
    target = write_ids(tmp_path / "b", [[7], [8]])
    assert list(read_data(source, target, [(5, 5)])[0]) == [[[4, 5], [7, EOS_ID]], [[6], [8, EOS_ID]]]
    write_ids(tmp_path / "a", [[4, 5], [9]])
    os.utime(source, (1, 1))
    assert read_data(source, target, [(5, 5)])[0][1] == [[9], [8, EOS_ID]]


def test_lines_that_were_added_are_read(tmp_path):
    source = write_ids(tmp_path / "a", [[4]])
    target = write_ids(tmp_path / "b", [[5]])
    assert len(read_data(source, target, [(5, 5)])[0]) == 1
    write_ids(tmp_path / "a", [[4], [6]])
    write_ids(tmp_path / "b", [[5], [7]])
    assert read_data(source, target, [(5, 5)])[0][1] == [[6], [7, EOS_ID]]


def test_only_as_many_lines_are_mapped_as_are_asked_for(corpus):
    read_data(*corpus, BUCKETS, max_size=50)
    assert len(open_token_ids(corpus[0], 50)) == 50
    assert len(open_token_ids(corpus[0], 60)) == 60
    assert [list(data) for data in read_data(*corpus, BUCKETS)] == as_lists(*corpus, BUCKETS)
    assert len(open_token_ids(corpus[0], 50)) == 500


@pytest.mark.parametrize("damage", ["cut", "header", "empty"])
def test_a_damaged_binary_file_is_made_again(corpus, damage):
    read_data(*corpus, BUCKETS)
    binary = corpus[0] + SUFFIX
    with open(binary, "r+b") as file:
        if damage == "header":
            file.write(b"{")
            file.write(b" " * 100)
        else:
            file.truncate(os.path.getsize(binary) - 8 if damage == "cut" else 0)
    assert [list(data) for data in read_data(*corpus, BUCKETS)] == as_lists(*corpus, BUCKETS)


def test_nothing_is_left_of_a_file_that_could_not_be_read(tmp_path):
    source = tmp_path / "a"
    source.write_text("4\n" * 5000 + "four\n")
    with pytest.raises(ValueError, match=r"a:5001: .* got 'four'"):
        open_token_ids(str(source))
    assert os.listdir(tmp_path) == ["a"]


def test_another_folder_for_the_binary_files(corpus, tmp_path):
    cache = tmp_path / "cache"
    expected = as_lists(*corpus, BUCKETS)
    for _ in range(2):
        data_set = read_data(*corpus, BUCKETS, cache_dir=cache)
        assert [list(data) for data in data_set] == expected
    assert len(os.listdir(cache)) == 2
    assert not os.path.exists(corpus[0] + SUFFIX)


def test_files_of_one_name_do_not_share_a_binary_file(tmp_path):
    for folder, token in (("one", 4), ("two", 5)):
        (tmp_path / folder).mkdir()
        path = write_ids(tmp_path / folder / "train.ids", [[token]])
        assert open_token_ids(path, cache_dir=str(tmp_path / "cache"))[0] == [token]


def test_a_folder_that_cannot_be_written_is_named(corpus, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match=r"file.*cannot be written.*cache_dir"):
        read_data(*corpus, BUCKETS, cache_dir=tmp_path / "file")


# Memory.


def peak_bytes(work):
    """The most memory that `work` held at once by Python and NumPy; mapped files are not held."""
    tracemalloc.start()
    try:
        kept = work()
        return tracemalloc.get_traced_memory()[1], kept
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_corpus(tmp_path):
    """From 9000 to 18000 lines of 15 ids, the peak grows by no more than the choice of buckets needs."""
    line = " ".join(str(token) for token in range(100, 115)) + "\n"
    peaks = {}
    for lines in (9_000, 18_000):
        for name in ("a", "b"):
            (tmp_path / f"{name}{lines}").write_text(line * lines)

        def read(lines=lines):
            data_set = read_data(tmp_path / f"a{lines}", tmp_path / f"b{lines}", [(20, 20)])
            data_set[0].batch(range(64))
            return data_set

        made, _ = peak_bytes(read)
        again, data_set = peak_bytes(read)
        assert len(data_set[0]) == lines
        peaks[lines] = made, again
    # A pair's number of 4 bytes is kept; while buckets are chosen, a block of 100000 lines has lengths and
    # places besides, less than 40 bytes a line. The ids are 120 bytes, and as lists over 300.
    for small, large in zip(*peaks.values(), strict=True):
        assert large - small < 9_000 * 44
