"""A model goes to other trainers and comes back as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from seawall.training import tokenizer, weights
from seawall.training.config import ModelConfig
from seawall.training.convert import from_distributed, to_distributed
from seawall.training.data.example import DataError
from seawall.training.model import V3

CONFIG = ModelConfig(vocab_size=300, num_hidden_layers=2, num_nextn_predict_layers=1)


@pytest.fixture
def final(tmp_path: Path) -> Path:
    folder = tmp_path / "sft" / "final"
    weights.save(V3(CONFIG), folder)
    tokenizer.train(["Make 24."] * 3, vocabulary=300).save(folder)
    return folder


def test_it_comes_back_with_every_weight_and_its_tokens(final: Path, tmp_path: Path):
    to_distributed(final, tmp_path / "dcp")
    from_distributed(tmp_path / "dcp", tmp_path / "back")
    ours, back = weights.load(final).state_dict(), weights.load(tmp_path / "back").state_dict()
    assert ours.keys() == back.keys()
    assert all(torch.equal(ours[name], back[name]) for name in ours)
    assert len(tokenizer.load(tmp_path / "back")) == len(tokenizer.load(final))


def test_for_a_trainer_that_looks_at_the_next_token_only_the_rest_is_left_out(final: Path, tmp_path: Path):
    to_distributed(final, tmp_path / "dcp", ahead=False)
    from_distributed(tmp_path / "dcp", tmp_path / "back")
    model = weights.load(tmp_path / "back")
    assert model.config.num_nextn_predict_layers == 0
    tokens = torch.arange(8)[None]
    assert torch.equal(model(tokens).logits_BTW, weights.load(final)(tokens).logits_BTW)


def test_a_folder_without_either_is_told_of_in_a_sentence(tmp_path: Path):
    with pytest.raises(DataError, match="There is no finished model"):
        to_distributed(tmp_path, tmp_path / "dcp")
    with pytest.raises(DataError, match="There is no checkpoint"):
        from_distributed(tmp_path, tmp_path / "back")
