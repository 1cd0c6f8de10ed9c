"""A folder for files of the user's own."""

import pytest
from corpora.own_files import Folder


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)
