"""Byte-level BPE as llama.cpp reads it. Knows `tokenizers` and the chat's marks; knows no model.

GPT-2's pre-tokenizer, as an engine knows a tokenizer by its name, not by its rules: one of our own would be refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

from seawall.training.data import sources
from seawall.training.data.example import (
    END_OF_TEXT,
    END_OF_THINK,
    END_OF_TURN,
    THINK,
    TURN,
    DataError,
    Example,
    as_question,
    as_reply,
)
from seawall.training.recipe import TokenizerRecipe, dump

FOLDER = "tokenizer"
# In this order they are the first ids.
SPECIALS = (END_OF_TEXT, TURN, END_OF_TURN, THINK, END_OF_THINK)
# Not special for a decoder: an engine that left them out could not tell reasoning from answer.
SPOKEN = (THINK, END_OF_THINK)
SMALLEST_VOCABULARY = len(SPECIALS) + 256
# Engines find out by this template that the model reasons, and between which marks. System messages are left out: the
# models are trained without, and a small one answers nonsense to what it has never seen.
CHAT_TEMPLATE = (
    "{%- for message in messages %}{%- if message.role != 'system' %}"
    "{{- '<|im_start|>' + message.role + '\\n' }}"
    "{%- if message.role == 'assistant' and message.reasoning_content %}"
    "{{- '<think>' + message.reasoning_content + '</think>' }}{%- endif %}"
    "{{- message.content + '<|im_end|>\\n' }}"
    "{%- endif %}{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}"
)


class Words:
    """A tokenizer with the ids that a loop must know."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self.pad = self._id(END_OF_TEXT)
        self.end_of_text = self.pad
        self.end_of_turn = self._id(END_OF_TURN)

    def __len__(self) -> int:
        return self._tokenizer.get_vocab_size()

    def encode(self, text: str) -> list[int]:
        return self._tokenizer.encode(text, add_special_tokens=False).ids

    def encode_all(self, texts: list[str]) -> list[list[int]]:
        return [one.ids for one in self._tokenizer.encode_batch(texts, add_special_tokens=False)]

    def decode(self, tokens: list[int]) -> str:
        """The text as an engine shows it: with reasoning marks, without turns."""
        return self._tokenizer.decode(tokens, skip_special_tokens=True)

    def decode_all(self, every: list[list[int]]) -> list[str]:
        return self._tokenizer.decode_batch(every, skip_special_tokens=True)

    def question(self, prompt: str) -> list[int]:
        """The chat up to where the model speaks."""
        return self.encode(as_question(prompt))

    def reply(self, example: Example) -> list[int]:
        """What the model is to say, with the end of its turn."""
        return self.encode(as_reply(example))

    def save(self, folder: Path) -> None:
        """Writes tokenizer.json and tokenizer_config.json as transformers reads them."""
        folder.mkdir(parents=True, exist_ok=True)
        self._tokenizer.save(str(folder / "tokenizer.json"))
        (folder / "tokenizer_config.json").write_text(json.dumps(_CONFIG, indent=2) + "\n", encoding="utf-8")

    def _id(self, token: str) -> int:
        number = self._tokenizer.token_to_id(token)
        if number is None:
            raise DataError(f"The tokenizer has no '{token}': make one with 'seawall train tokenizer'.")
        return number


def train(texts: Iterable[str], *, vocabulary: int) -> Words:
    """Learns ``vocabulary`` tokens, or as many as the texts have, in one order whatever the machine's threads."""
    if vocabulary < SMALLEST_VOCABULARY:
        raise DataError(f"A vocabulary has at least {SMALLEST_VOCABULARY} tokens: 256 bytes and the chat's marks.")
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=[AddedToken(token, normalized=False, special=True) for token in SPECIALS],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return Words(_spoken(tokenizer))


def build(recipe: TokenizerRecipe, project: Path, *, seed: int = 0) -> Words:
    """The stage: learns from the recipe's data and writes the project's tokenizer/. Raises DataError."""
    words = train(sources.documents(recipe, seed=seed), vocabulary=recipe.vocabulary)
    words.save(project / FOLDER)
    (project / FOLDER / "recipe.toml").write_text(dump(recipe), encoding="utf-8")
    return words


def load(folder: Path) -> Words:
    """The tokenizer of this folder. Raises DataError."""
    try:
        return Words(Tokenizer.from_file(str(folder / "tokenizer.json")))
    except DataError:
        raise
    except Exception as error:  # noqa: BLE001  # The library raises bare Exceptions.
        raise DataError(f"There is no tokenizer in '{folder}' ({error}). Make one: seawall train tokenizer.") from None


def _spoken(tokenizer: Tokenizer) -> Tokenizer:
    """Its trainer makes every mark special; the reasoning's are to be shown."""
    said: dict[str, Any] = json.loads(tokenizer.to_str())
    for token in said["added_tokens"]:
        token["special"] = token["content"] not in SPOKEN
    return Tokenizer.from_str(json.dumps(said))


_CONFIG = {
    "tokenizer_class": "PreTrainedTokenizerFast",
    "bos_token": END_OF_TEXT,
    "eos_token": END_OF_TURN,
    "pad_token": END_OF_TEXT,
    "add_bos_token": False,
    "add_prefix_space": False,
    "clean_up_tokenization_spaces": False,
    "model_max_length": 4096,
    "chat_template": CHAT_TEMPLATE,
}
