"""What a GGUF file holds of a model, and which models none can be written of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import gguf
import pytest
from gguf import GGMLQuantizationType as Kind

from seawall.training import tokenizer, weights
from seawall.training.config import ModelConfig, RopeScaling
from seawall.training.export import ExportError, export
from seawall.training.model import V3

CONFIG = ModelConfig(vocab_size=300, num_hidden_layers=2, q_lora_rank=32, num_nextn_predict_layers=1)


def finished(folder: Path, config: ModelConfig) -> Path:
    weights.save(V3(config), folder)
    tokenizer.train(["Make 24 from 3, 5 and 7."] * 3, vocabulary=300).save(folder)
    return folder


@pytest.fixture(scope="module")
def final(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finished(tmp_path_factory.mktemp("final"), CONFIG)


def kinds(path: Path) -> dict[str, Kind]:
    return {tensor.name: tensor.tensor_type for tensor in gguf.GGUFReader(path).tensors}


def test_gate_and_norms_stay_in_32_bits_whatever_the_rest_is(final: Path, tmp_path: Path):
    found = kinds(export(final, tmp_path / "m.gguf", precision="Q8_0", name="m").path)
    assert found["blk.1.ffn_gate_inp.weight"] == found["blk.1.exp_probs_b.bias"] == Kind.F32
    assert found["output_norm.weight"] == found["blk.0.attn_q_a_norm.weight"] == Kind.F32
    assert found["blk.1.ffn_gate_exps.weight"] == found["output.weight"] == Kind.Q8_0


def test_tensors_that_blocks_of_32_do_not_fit_are_written_in_16_bits_and_named(final: Path, tmp_path: Path):
    exported = export(final, tmp_path / "m.gguf", precision="Q8_0", name="m")
    assert "blk.0.attn_k_b.weight" in exported.kept_larger  # Its rows are qk_nope_head_dim, 16, wide.
    found = kinds(exported.path)
    assert {name for name, kind in found.items() if kind == Kind.F16} == set(exported.kept_larger)


def test_layers_that_only_look_ahead_are_left_out(final: Path, tmp_path: Path):
    found = kinds(export(final, tmp_path / "m.gguf", precision="F16", name="m").path)
    assert any(name.startswith("blk.1.") for name in found)
    assert not any(name.startswith("blk.2.") for name in found)


def test_reasoning_marks_are_printed_by_the_engine_and_turns_are_not(final: Path, tmp_path: Path):
    reader = gguf.GGUFReader(export(final, tmp_path / "m.gguf", precision="F32", name="m").path)
    texts = reader.fields["tokenizer.ggml.tokens"].contents()
    types = dict(zip(texts, reader.fields["tokenizer.ggml.token_type"].contents(), strict=True))
    assert types["<think>"] == gguf.TokenType.USER_DEFINED
    assert types["<|im_end|>"] == gguf.TokenType.CONTROL
    assert texts[reader.fields["tokenizer.ggml.eos_token_id"].contents()] == "<|im_end|>"
    assert len(texts) == CONFIG.vocab_size


@pytest.mark.parametrize(
    ("config", "what"),
    [
        (replace(CONFIG, q_lora_rank=None), "q_lora_rank"),
        (replace(CONFIG, rms_norm_eps=1e-5), "rms_norm_eps"),
        (replace(CONFIG, rope_scaling=RopeScaling(factor=2, original_max_position_embeddings=8, mscale=0.7)), "mscale"),
    ],
)
def test_a_model_that_the_engine_would_compute_otherwise_is_refused(config: ModelConfig, what: str, tmp_path: Path):
    with pytest.raises(ExportError, match=what):
        export(finished(tmp_path, config), tmp_path / "m.gguf", precision="F32", name="m")
    assert not (tmp_path / "m.gguf").exists()


def test_a_folder_without_a_model_is_told_of_in_a_sentence(tmp_path: Path):
    with pytest.raises(ExportError, match=r"no finished model in .*config\.json is missing"):
        export(tmp_path, tmp_path / "m.gguf", precision="F32", name="m")


def test_a_damaged_model_is_told_of_in_a_sentence(tmp_path: Path):
    final = finished(tmp_path / "final", CONFIG)
    (final / "model.safetensors").write_bytes(b"torn")
    with pytest.raises(ExportError, match="cannot be read"):
        export(final, tmp_path / "m.gguf", precision="F32", name="m")


def test_a_draft_that_cannot_be_finished_is_not_left_behind(final: Path, tmp_path: Path):
    (tmp_path / "m.gguf").mkdir()
    with pytest.raises(OSError, match="directory"):
        export(final, tmp_path / "m.gguf", precision="F32", name="m")
    assert [path.name for path in tmp_path.iterdir()] == ["m.gguf"]
