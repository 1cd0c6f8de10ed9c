"""Finding, reading and writing checkpoints. A file appears under its name when it is whole."""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_seq2seq.migrate.checkpoint.errors import CheckpointError

STATE_FILE = "checkpoint"
_PARTS_OF_V2 = re.compile(r"(?P<prefix>.+)\.(?:index|meta|data-\d{5}-of-\d{5})")
_PARTS_OF_V1 = re.compile(r"(?P<prefix>.+)-\d{5}-of-(?P<count>\d{5})")
_END_OF_TABLE = bytes.fromhex("57fb808b247547db")
_UNREADABLE = (tf.errors.OpError, ValueError, RuntimeError, OSError, TypeError, LookupError)


def _step(prefix: Path) -> tuple[int, str]:
    number = re.search(r"-(\d+)$", prefix.name.split("-?????-of-")[0])
    return (int(number[1]) if number else -1, prefix.name)


def _named_by_state_file(folder: Path) -> Path | None:
    """The newest checkpoint by the state file; one that was moved here with its folder, too."""
    state_file = folder / STATE_FILE
    try:
        text = state_file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise CheckpointError(f"{state_file}: cannot be read as a checkpoint's state file: {error}") from None
    found = re.search(r'^model_checkpoint_path:\s*("(?:[^"\\]|\\.)*")', text, re.MULTILINE)
    if found is None:
        raise CheckpointError(
            f"{state_file}: names no model_checkpoint_path, so it is no checkpoint's state file"
        )
    try:
        named = Path(json.loads(found[1]))
    except json.JSONDecodeError:
        raise CheckpointError(f"{state_file}: its model_checkpoint_path {found[1]} cannot be read") from None
    for path in (folder / named, folder / named.name):
        if _kind(path):
            return path
    raise CheckpointError(f"{state_file}: names {named}, which is neither there nor in {folder}")


def _kind(prefix: Path) -> str:
    """`V1`, `V2`, or "" if there is nothing of this name."""
    if Path(f"{prefix}.index").is_file():
        return "V2"
    if prefix.is_file():
        return "V1"
    if "?" in prefix.name and any(prefix.parent.glob(prefix.name)):
        return "V1"
    return ""


def _in_folder(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        part = _PARTS_OF_V2.fullmatch(path.name)
        if path.name.endswith(".index") and part:
            yield folder / part["prefix"]
        elif part is None and path.is_file():
            shard = _PARTS_OF_V1.fullmatch(path.name)
            if shard and _is_table(path):
                yield folder / f"{shard['prefix']}-?????-of-{shard['count']}"
            elif re.search(r"\.ckpt(-\d+)?$", path.name) or _is_table(path):
                yield path


def _is_table(path: Path) -> bool:
    """Whether a file ends as V1's files do, whatever it is called."""
    with path.open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(size - len(_END_OF_TABLE), 0))
        return stream.read() == _END_OF_TABLE


def find_checkpoint(path: str | os.PathLike[str]) -> tuple[str, str]:
    """The (prefix, format) that `path` means: a prefix, one of its files, or a folder (then the newest).

    Raises CheckpointError if there is none.
    """
    given = Path(path)
    if given.is_dir():
        prefix = _named_by_state_file(given) or max(_in_folder(given), key=_step, default=None)
        if prefix is None:
            raise CheckpointError(
                f"{given}: a folder without a checkpoint (no file {STATE_FILE}, no *.index, "
                "no file of format V1)"
            )
        return str(prefix), _kind(prefix)
    if given.name == STATE_FILE and given.is_file():
        return find_checkpoint(given.parent)
    part = _PARTS_OF_V2.fullmatch(given.name)
    if part and (not _kind(given) or _kind(given.with_name(part["prefix"])) == "V2"):
        given = given.with_name(part["prefix"])
    shard = _PARTS_OF_V1.fullmatch(given.name)
    if shard:
        given = given.with_name(f"{shard['prefix']}-?????-of-{shard['count']}")
    kind = _kind(given)
    if not kind:
        raise CheckpointError(f"{path}: no such checkpoint (neither a file {given} nor {given}.index)")
    return str(given), kind


class Reader:
    """A checkpoint that is there; reads values when asked.

    Args:
      prefix: as `find_checkpoint` gives it.

    Attributes:
      shapes: by name.
      dtypes: by name.

    Raises CheckpointError if it cannot be read.
    """

    def __init__(self, prefix: str) -> None:
        """Open."""
        self.prefix = prefix
        try:
            self._reader = tf.train.load_checkpoint(prefix)
            self.dtypes: dict[str, tf.DType] = dict(self._reader.get_variable_to_dtype_map())
            shapes = self._reader.get_variable_to_shape_map()
        except _UNREADABLE as error:
            raise CheckpointError(f"{prefix}: cannot be read as a checkpoint: {_first_line(error)}") from None
        self.shapes = {name: tuple(shape) for name, shape in sorted(shapes.items())}
        if "_CHECKPOINTABLE_OBJECT_GRAPH" in self.shapes:
            raise CheckpointError(
                f"{prefix}: an object-based checkpoint (tf.train.Checkpoint of TensorFlow 2, Keras), not one "
                "of tf.train.Saver"
            )
        if not self.shapes:
            raise CheckpointError(f"{prefix}: a checkpoint without any value")
        self._require_data_files()

    def _require_data_files(self) -> None:
        prefix = Path(self.prefix)
        if not Path(f"{prefix}.index").is_file():
            return
        names = [
            path.name for path in prefix.parent.iterdir() if path.name.startswith(f"{prefix.name}.data-")
        ]
        counts = {int(name[-5:]) for name in names if _PARTS_OF_V2.fullmatch(name)}
        if not any(sum(name.endswith(f"-of-{count:05d}") for name in names) == count for count in counts):
            raise CheckpointError(
                f"{prefix}: has an .index but not all of its .data files: half-written or half-copied"
            )

    def value(self, name: str) -> Any:
        """One value, as an array."""
        try:
            return self._reader.get_tensor(name)
        except _UNREADABLE as error:
            if "sufficient slices" in str(error):
                reason = f"it was saved in slices that are not all there; --drop {name} leaves it out"
            else:
                reason = f"the file is damaged or half-written: {_first_line(error)}"
            raise CheckpointError(f"{self.prefix}: {name} cannot be read: {reason}") from None


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]


def target_prefix(new: str | os.PathLike[str], old: str | os.PathLike[str], old_prefix: str) -> Path:
    """Where NEW means: a prefix if its last part looks like one, else a folder for the old prefix's name."""
    text = os.fspath(new)
    path = Path(text)
    # train-1 to train-2 are folders; translate.ckpt-3 and model-3 are prefixes.
    like_a_prefix = r"\.ckpt" if os.path.isdir(old) else r"\.ckpt|-\d+$"
    is_prefix = re.search(like_a_prefix, path.name) and not text.endswith("/") and not path.is_dir()
    return path if is_prefix else path / Path(old_prefix).name.split("-?????-of-")[0]


def refuse_existing(prefix: Path, old_prefix: str, force: bool) -> None:
    """Raise CheckpointError if writing to `prefix` would replace something."""
    if prefix.absolute() == Path(old_prefix).absolute() or prefix.resolve() == Path(old_prefix).resolve():
        raise CheckpointError(f"{prefix}: is the old checkpoint itself; --out must name another place")
    there = [
        path for path in (prefix, Path(f"{prefix}.index"), prefix.with_name(STATE_FILE)) if path.exists()
    ]
    if there and not force:
        raise CheckpointError(f"{there[0]}: exists already; --force replaces it")


def write_checkpoint(prefix: Path, values: Iterable[tuple[str, tf.DType, Any]]) -> None:
    """Write a V2 checkpoint and the folder's state file.

    Args:
      prefix: its folder is made if needed.
      values: (name, dtype, array) of each value.

    Raises CheckpointError if it cannot be written; then nothing new is there.
    """
    folder = prefix.parent
    made = _make_folder(folder)
    scratch = None
    try:
        scratch = Path(tempfile.mkdtemp(prefix=f".{prefix.name}.", dir=folder))
        _save(scratch / prefix.name, values)
        (scratch / STATE_FILE).write_text(_state(prefix.name), encoding="utf-8")
        # The index goes after the data, and the state file last: what is named there is whole.
        for path in sorted(
            scratch.iterdir(), key=lambda path: (path.name == STATE_FILE, path.suffix == ".index")
        ):
            os.replace(path, folder / path.name)
    except BaseException as error:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)
        if isinstance(error, (OSError, tf.errors.OpError)):
            raise CheckpointError(f"{prefix}: cannot be written: {_first_line(error)}") from None
        raise
    finally:
        if scratch is not None:
            shutil.rmtree(scratch, ignore_errors=True)


def _save(prefix: Path, values: Iterable[tuple[str, tf.DType, Any]]) -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        feed = {}
        tensors = {}
        for name, dtype, array in values:
            tensors[name] = tf.placeholder(dtype, array.shape)
            feed[tensors[name]] = array
        save = tf.raw_ops.SaveV2(
            prefix=str(prefix),
            tensor_names=list(tensors),
            shape_and_slices=[""] * len(tensors),
            tensors=list(tensors.values()),
        )
        session.run(save, feed)
    expected = {name: tuple(tensor.shape.as_list()) for name, tensor in tensors.items()}
    if Reader(str(prefix)).shapes != expected:
        raise CheckpointError(f"{prefix}: what was written reads differently")


def _state(name: str) -> str:
    text = json.dumps(name, ensure_ascii=False)
    return f"model_checkpoint_path: {text}\nall_model_checkpoint_paths: {text}\n"


def _make_folder(folder: Path) -> Path | None:
    """Make the folder; gives the topmost one that was made, or None."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CheckpointError(f"{folder}: cannot be made: {_first_line(error)}") from None
    return missing[-1] if missing else None
