"""Models as files: which there are, where they come from, whether they are what they claim. Knows no engine."""

from seawall.models.card import Card, key_that_signed, opened, signed, signer_of
from seawall.models.catalogue import CATALOGUE, DEFAULT_MODEL, CatalogueEntry, entry_named
from seawall.models.model_file import ModelFile, ModelProblem, Progress, size_text
from seawall.models.own import CARD_SUFFIX, Added, add, own_entries, remove
from seawall.models.pulling import ensure
from seawall.models.recommending import Recommendation, hub_answers, machine_memory_bytes, recommend
from seawall.models.resolving import models_folder, resolve, wanted

__all__ = [
    "CARD_SUFFIX",
    "CATALOGUE",
    "DEFAULT_MODEL",
    "Added",
    "Card",
    "CatalogueEntry",
    "ModelFile",
    "ModelProblem",
    "Progress",
    "Recommendation",
    "add",
    "ensure",
    "entry_named",
    "hub_answers",
    "key_that_signed",
    "machine_memory_bytes",
    "models_folder",
    "opened",
    "own_entries",
    "recommend",
    "remove",
    "resolve",
    "signed",
    "signer_of",
    "size_text",
    "wanted",
]
