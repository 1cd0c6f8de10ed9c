"""Where a result comes from: commit, versions, machine."""

from __future__ import annotations

import importlib.metadata
import platform
import subprocess
from pathlib import Path
from typing import Any

_PACKAGES = ("tensorflow", "numpy", "matplotlib", "sacrebleu")


def provenance() -> dict[str, Any]:
    """Commit (None outside a git checkout), whether files differ from it, versions, CPU."""
    root = Path(__file__).resolve().parents[1]
    top = _git("rev-parse", "--show-toplevel")
    ours = top is not None and Path(top).resolve() == root
    commit = _git("rev-parse", "HEAD") if ours else None
    return {
        "commit": commit,
        "dirty": None if commit is None else bool(_git("status", "--porcelain", "--untracked-files=no")),
        "python": platform.python_version(),
        "versions": {name: importlib.metadata.version(name) for name in _PACKAGES},
        "platform": platform.platform(),
        "cpu": _cpu(),
    }


def _git(*arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=Path(__file__).parent, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout.strip()


def _cpu() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
