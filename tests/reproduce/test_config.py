"""Every setting arrives where it is used."""

from dataclasses import asdict, fields
from pathlib import Path

import pytest

from price_subgraph.model import ModelConfig
from price_subgraph.regimes import TrainingConfig
from reproduce.config import ExperimentConfig, parse_buckets
from reproduce.corpora import CORPORA, CorpusOptions

CHANGED = {
    "price_ranges": 7,
    "buckets": ((3, 4),),
    "size": 5,
    "num_layers": 2,
    "cell": "lstm",
    "lstm_part": "c",
    "num_samples": 3,
    "price_hidden": 6,
    "price_activation": "relu",
    "price_weight": 0.5,
    "optimizer": "adam",
    "learning_rate": 0.5,
    "price_learning_rate": 0.25,
    "price_period": 4,
    "max_gradient_norm": 1.5,
    "clip_price_gradients": True,
    "order": "sequential",
    "shared_slots": True,
    "price_trains": "head",
}
OF_FILES = {
    "label_kind": "price",
    **{name: Path(name) for name in ("source", "target", "labels", "dev_source", "dev_target", "dev_labels")},
}


def test_no_setting_is_lost():
    config = ExperimentConfig(**CHANGED)
    model = asdict(config.model(11, 13, 7))
    assert model.pop("source_vocab_size") == 11
    assert model.pop("target_vocab_size") == 13
    assert (model.pop("price_masked"), model.pop("further_heads")) == (False, ())
    used = {**model, **asdict(config.training())}
    assert used == CHANGED
    assert set(used) <= {field.name for field in fields(ExperimentConfig)}
    for defaults in (ModelConfig(9, 9, ((8, 9),), 2), TrainingConfig()):
        for name, value in asdict(defaults).items():
            assert used.get(name, ...) != value, f"{name} is not changed here, so it is not tested"


def test_the_corpus_gets_its_options():
    options = asdict(ExperimentConfig(corpus="files", price_ranges=7, **OF_FILES).corpus_options())
    assert {name: options[name] for name in OF_FILES} == OF_FILES
    assert options["price_ranges"] == 7
    assert ExperimentConfig(corpus="debian", cache=Path("c")).corpus_options().cache == Path("c")
    assert set(OF_FILES) | {"cache", "price_ranges"} == {field.name for field in fields(CorpusOptions)}


@pytest.mark.parametrize("name", [*OF_FILES, "cache"])
def test_an_option_of_another_corpus_is_refused(name):
    value = {**OF_FILES, "cache": Path("c")}[name]
    with pytest.raises(
        ValueError, match=f"--{name.replace('_', '-')} is read by the corpus .* --corpus listings"
    ):
        ExperimentConfig(**{name: value})


def test_options_of_corpora_are_settings():
    known = {field.name for field in fields(ExperimentConfig)}
    assert all(set(entry.options) <= known for entry in CORPORA.values())


@pytest.mark.parametrize("text", ["8x10,20000x30", "99999999999999999999x5"])
def test_buckets_that_fill_the_memory_are_refused(text):
    with pytest.raises(ValueError, match="at most 10000 tokens a side"):
        parse_buckets(text)
