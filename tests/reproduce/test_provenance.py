import shutil
import subprocess
import sys
from pathlib import Path

import reproduce.provenance

SOURCE = Path(reproduce.provenance.__file__)


def git(folder, *arguments):
    identity = ["-c", "user.name=n", "-c", "user.email=e"]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def provenance_in(folder):
    code = "import json, provenance; p = provenance.provenance(); print(p['commit'], p['dirty'])"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder / "reproduce", check=True, capture_output=True, text=True
    )
    return done.stdout.split()


def test_commit_and_dirty_are_those_of_this_checkout_alone(tmp_path):
    folder = tmp_path / "project"
    (folder / "reproduce").mkdir(parents=True)
    shutil.copy(SOURCE, folder / "reproduce")
    assert provenance_in(folder) == ["None", "None"]
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "somebody's project around it")
    assert provenance_in(folder) == ["None", "None"]
    git(folder, "init", "-q")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "ours")
    commit = git(folder, "rev-parse", "HEAD")
    assert provenance_in(folder) == [commit, "False"]
    (folder / "reproduce" / "provenance.py").open("a").write("\n")
    assert provenance_in(folder) == [commit, "True"]
