"""Runs made when there was a setting that there is no more."""

import json
from types import SimpleNamespace

import pytest

from reproduce.config import ExperimentConfig
from reproduce.experiment import ExperimentError, check_folder, identity


def folder_with(tmp_path, **settings):
    config, dataset = ExperimentConfig(), SimpleNamespace(fingerprint="f")
    metadata = {**identity(config, dataset), "status": "finished", "interruptions": 0}
    metadata["config"] |= settings
    metadata["provenance"] = {"commit": "c"}
    path = tmp_path / "runs/joint-seed0/metadata.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(metadata))
    return config, dataset


def test_one_that_was_off_changes_nothing(tmp_path):
    config, dataset = folder_with(tmp_path, race=False)
    assert check_folder(tmp_path, config, dataset) == {"c"}


def test_one_that_was_on_is_named(tmp_path):
    config, dataset = folder_with(tmp_path, race=True)
    with pytest.raises(ExperimentError, match=r"made with other settings \(race was True\)"):
        check_folder(tmp_path, config, dataset)
