"""One frozen tree of settings: every key, its default and what it is for. Acts on none of them."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from seawall.settings.accounts import AccountSettings
from seawall.settings.alarm import AlarmSettings
from seawall.settings.cost import CostSettings
from seawall.settings.edge import EdgeSettings
from seawall.settings.entrance import EntranceSettings, MailSettings
from seawall.settings.files import FileSettings
from seawall.settings.outside import OidcSettings
from seawall.settings.section import Section
from seawall.settings.shield import AdmissionSettings, BudgetSettings
from seawall.settings.status import StatusSettings
from seawall.settings.verdict import VerdictSettings


class EngineSettings(Section):
    use: tuple[str, ...] = ("local",)
    """Which engine answers: `local`, `echo[:key=value,...]` or the base URL of an OpenAI-compatible server; several
    URLs make a pool.
    """
    key: str = Field(default="", repr=False)
    """The API key that upstream servers are sent. A secret: prefer the environment to the file."""
    model: str = "smollm2-135m"
    """The model of the local engine: a name of the catalogue, a path to a GGUF file, or `hf:owner/repo/file.gguf`."""
    slots: Annotated[int, Field(ge=0, le=1024)] = 0
    """Questions answered at once; 0 lets the engine choose (local: 2 to 8 by cores and model) or, with an upstream, has
    it learned from the time to the first token.
    """
    context_tokens: Annotated[int, Field(ge=256, le=1_048_576)] = 4096
    """Context of one slot of the local engine, questions and answers together. Four slots of it take 360 MiB of cache
    with the default model.
    """
    memory_limit_mib: Annotated[int, Field(ge=0)] = 0
    """Memory the local engine's process may use; 0 is the model's size plus its caches plus a margin."""
    stall_s: Annotated[float, Field(gt=0, le=3600)] = 30.0
    """Without progress of tokens for so long while it has work, an engine counts as stalled: the local one is
    restarted, an upstream answer is ended.
    """
    priority: Literal["off", "low_first", "high_first"] = "off"
    """Whether a question's class goes along to an upstream as `priority`: `low_first` for vLLM with
    `--scheduling-policy priority`, `high_first` for SGLang with `--enable-priority-scheduling`. Off, as vLLM refuses it
    where it does not order by it.
    """
    vision: tuple[str, ...] = ()
    """Models of upstream servers that take images, by name, where the server does not tell; `*` for all of them. Others
    are sent none: most servers answer them with an error that helps nobody.
    """
    embeddings: tuple[str, ...] = ()
    """Models of upstream servers that make embeddings and nothing else, by name, where the server does not tell. Any
    other is asked all the same; naming them keeps them out of the chat app's list and tells programs.
    """
    connect_s: Annotated[float, Field(gt=0, le=120)] = 5.0
    """Patience for a connection to an upstream server. One lost packet costs a second, a second one two more."""


class LimitSettings(Section):
    body_bytes: Annotated[int, Field(ge=1024, le=64 * 1024 * 1024)] = 1024 * 1024
    """The largest request body that is read: some 250,000 tokens of plain text, twice what most models take."""
    messages: Annotated[int, Field(ge=1, le=10_000)] = 1000
    """The most messages in one question: more than a conversation ever has, and checked in milliseconds."""
    max_tokens: Annotated[int, Field(ge=1, le=1_048_576)] = 4096
    """The longest answer one question may ask for; more is cut to this. Twenty times what answers usually have
    (Azure trace of 2023), so that only floods notice.
    """
    default_max_tokens: Annotated[int, Field(ge=1, le=1_048_576)] = 1024
    """The longest answer where a question names none; all answers of the Azure trace of 2023 are within it."""
    answers_per_account: Annotated[int, Field(ge=1, le=1000)] = 16
    """The most answers that one account may have in progress at once in the chat app. They go on when nobody listens,
    so no connection bounds them: a dozen tabs, and a few that were left.
    """
    schema_depth: Annotated[int, Field(ge=1, le=64)] = 8
    """The deepest nesting of a JSON schema in `response_format` or `tools`. Real ones nest three or four deep; engines
    turn them into grammars by recursion.
    """
    schema_bytes: Annotated[int, Field(ge=256, le=1024 * 1024)] = 16_384
    """The largest JSON schema in `response_format` or `tools`: the engine compiles it before it says a word."""
    images: Annotated[int, Field(ge=0, le=256)] = 8
    """The most images in one question. Each weighs as much as a page of text, and they come within `body_bytes`."""
    embedding_inputs: Annotated[int, Field(ge=1, le=4096)] = 256
    """The most texts in one request for embeddings: what indexing programs send at once (LangChain 1,000, LlamaIndex
    100, Open WebUI 1) without holding a slot for minutes.
    """
    tools: Annotated[int, Field(ge=0, le=1024)] = 64
    """The most tools in one question; each is a part of the prompt. Half of what OpenAI takes."""


class QueueSettings(Section):
    patience_s: Annotated[float, Field(gt=0, le=3600)] = 60.0
    """How long a question waits for a slot before it is refused. Longer, and browsers and SDKs give up first."""
    waiting: Annotated[int, Field(ge=1, le=1_000_000)] = 1000
    """The most questions that wait at once; of a full line, the last of the lowest class makes room for a higher one.
    A waiting stream costs about 30 kB.
    """
    waiting_per_account: Annotated[int, Field(ge=1, le=10_000)] = 32
    """The most questions of one account that wait at once: the batch of a program, and only a part of the line."""
    headroom: Annotated[float, Field(ge=0, le=0.5)] = 0.125
    """The part of the slots that only operators and registered users within their entitlement may take. Two of 16
    mean that, with a third of the engine in their use, 7 of 100 of them wait at all; more leaves more idle.
    """
    reserve: Annotated[float, Field(ge=0, le=0.9)] = 0.5
    """The part of the slots that new accounts and strangers leave to registered users until these users' demand is
    known, which it then follows. Half holds off a flood that meets a fresh process.
    """
    reserve_within: Annotated[float, Field(ge=0, le=0.9)] = 0.25
    """The same for what everybody else leaves to registered users within their entitlement. Half as much, as those
    beyond it are registered too.
    """
    kv_share: Annotated[float, Field(gt=0, le=1)] = 0.4
    """The part of the engine's key-value cache that new accounts and strangers may hold, where the engine tells its
    size: what they hold longest are long prompts.
    """
    reading_share: Annotated[float, Field(gt=0, le=1)] = 0.5
    """The part of the time in which the engine may read prompts of new accounts and strangers while registered users
    are there: prompts that are read together slow each other's first tokens. 1 lets them read at any time.
    """
    neighbours: bool = True
    """Whether an account that holds an eighth of the slots leaves free what those who hold less have used lately, up to
    a quarter: beside a key that asks fifty times as much, one that asks now and then would wait each time.
    """
    giving_way: bool = True
    """Whether, in every posture but NORMAL, answers end early, with a word on it, while a registered user within its
    entitlement waits for a slot: those of everybody else once they took as long as an ordinary answer, and after half
    of that those of an account that waits for another one besides. Without it one registered user in twenty waits a
    second longer in a siege.
    """
    deadline: bool = True
    """Whether a question that would wait longer than its patience is refused at once instead of after it."""
    keep_alive_s: Annotated[float, Field(gt=0, le=60)] = 10.0
    """A sign of life is sent to who waits this often: well below the 60 s of silence after which nginx hangs up."""


class Settings(Section):
    host: str = "127.0.0.1"
    """The address to listen on. Only this machine can reach the default."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8080
    """The port to listen on; 0 takes a free one."""
    open_browser: bool = True
    """Whether `seawall serve` opens a browser where there is a desktop."""
    public_url: str = ""
    """Where people reach the service, such as `https://chat.example.org`; used in links and to check `Origin`. Empty:
    as each request says.
    """
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    """Networks whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed."""
    database: str = ""
    """`postgresql://user:password@host/name`; empty for SQLite in the data folder. May hold a secret."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """The least level that is logged."""
    shutdown_s: Annotated[float, Field(ge=0, le=600)] = 10.0
    """How long open answers may go on when the service is told to stop. Well within systemd's 90 s, after which it
    kills.
    """
    engine: EngineSettings = EngineSettings()
    limits: LimitSettings = LimitSettings()
    queue: QueueSettings = QueueSettings()
    accounts: AccountSettings = AccountSettings()
    edge: EdgeSettings = EdgeSettings()
    admission: AdmissionSettings = AdmissionSettings()
    budget: BudgetSettings = BudgetSettings()
    cost: CostSettings = CostSettings()
    alarm: AlarmSettings = AlarmSettings()
    entrance: EntranceSettings = EntranceSettings()
    mail: MailSettings = MailSettings()
    oidc: OidcSettings = OidcSettings()
    files: FileSettings = FileSettings()
    status: StatusSettings = StatusSettings()
    verdict: VerdictSettings = VerdictSettings()


class SettingsError(Exception):
    """A setting is unknown or wrong; the message says which, where it came from and what would be right."""


DATABASE_FILE = "seawall.db"


def data_folder(given: Path | None) -> Path:
    """The folder of `--data`, else of `SEAWALL_DATA` (click reads it), else the platform's."""
    from platformdirs import user_data_path  # Imported late: only the command line needs it.

    return given if given is not None else user_data_path("seawall", appauthor=False)
