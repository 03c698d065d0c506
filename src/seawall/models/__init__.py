"""Models as files: which there are, where they come from, whether they are what they claim. Knows no engine."""

from seawall.models.catalogue import CATALOGUE, DEFAULT_MODEL, CatalogueEntry, entry_named
from seawall.models.model_file import ModelFile, ModelProblem, Progress, size_text
from seawall.models.pulling import ensure
from seawall.models.recommending import Recommendation, hub_answers, machine_memory_bytes, recommend
from seawall.models.resolving import models_folder, resolve, wanted

__all__ = [
    "CATALOGUE",
    "DEFAULT_MODEL",
    "CatalogueEntry",
    "ModelFile",
    "ModelProblem",
    "Progress",
    "Recommendation",
    "ensure",
    "entry_named",
    "hub_answers",
    "machine_memory_bytes",
    "models_folder",
    "recommend",
    "resolve",
    "size_text",
    "wanted",
]
