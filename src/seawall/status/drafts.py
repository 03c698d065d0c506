"""The words of incidents that the service opens by itself. Knows what was measured; guesses no cause.

Each says what is known, since when, who is affected and what to do, in this order. What lies behind it is said by the
verdict alone, in its own words, and not at all where there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from seawall.observing.felt import Felt
from seawall.status.components import Component
from seawall.status.incidents import Draft, Impact, Words
from seawall.values.verdict import Kind, Verdict
from seawall.verdict.words import Language, kind_sentence


class Cause(StrEnum):
    """What was measured that opens an incident."""

    MODELS = "models"
    SOME_MODELS = "some_models"
    RECORDS = "records"
    ANSWERS = "answers"
    ENTRY = "entry"
    SIEGE = "siege"


@dataclass(frozen=True, slots=True)
class Known:
    """What a draft may say. ``felt`` is of registered users in good standing, ``struck`` is where it was measured."""

    since_s: float
    felt: Felt
    verdict: Verdict | None
    impact: Impact
    struck: tuple[Component, ...] = ()


# Where it is not named here, an incident is of the components at which it was measured.
_COMPONENTS: Mapping[Cause, tuple[Component, ...]] = {
    Cause.MODELS: (Component.CHAT, Component.API, Component.MODELS),
    Cause.SOME_MODELS: (Component.MODELS,),
    Cause.RECORDS: (Component.CHAT, Component.SIGN_UP, Component.SIGN_IN),
    Cause.SIEGE: (Component.SIGN_UP,),
}
TITLES: Mapping[Cause, Words] = {
    Cause.MODELS: Words("The model does not answer", "模型没有响应"),
    Cause.SOME_MODELS: Words("Some of the model servers do not answer", "部分模型服务器没有响应"),
    Cause.RECORDS: Words("The database cannot be reached", "数据库无法访问"),
    Cause.ENTRY: Words("Signing in or registering fails or takes long", "登录或注册失败，或耗时过长"),
    Cause.ANSWERS: Words("Questions fail or wait longer than promised", "部分提问失败或等待超出承诺"),
    Cause.SIEGE: Words("Sign-up is narrowed; registered users come first", "注册受限，已注册用户优先"),
}
_KNOWN: Mapping[Cause, Words] = {
    Cause.MODELS: Words(
        "Since {since} no model server has answered this service.",
        "自 {since} 起，本服务无法得到任何模型服务器的响应。",
    ),
    Cause.SOME_MODELS: Words(
        "Since {since} some of the model servers have not answered this service; the others answer.",
        "自 {since} 起，部分模型服务器没有响应，其余正常。",
    ),
    Cause.RECORDS: Words(
        "Since {since} this service's database has taken nothing that was to be kept.",
        "自 {since} 起，本服务的数据库无法写入。",
    ),
    Cause.ANSWERS: Words(
        "Since {since} more of registered users' questions have failed or waited than is promised.",
        "自 {since} 起，已注册用户的提问失败或等待过久的比例超出承诺。",
    ),
    Cause.ENTRY: Words(
        "Since {since} some who sign in or register have been turned away for lack of room, or have waited too long.",
        "自 {since} 起，部分登录或注册的人因资源不足被拒，或等待过久。",
    ),
    Cause.SIEGE: Words(
        "Since {since} more has been asked of this service than it can answer.",
        "自 {since} 起，请求量超过了本服务的处理能力。",
    ),
}
_AFFECTED: Mapping[Cause, Words] = {
    Cause.MODELS: Words(
        "Affected: every question, in the chat and through the API. It keeps nobody from signing in and reading old "
        "conversations.",
        "受影响：聊天和 API 的所有提问。此故障本身不妨碍登录和查看历史对话。",
    ),
    Cause.SOME_MODELS: Words(
        "Affected: nobody directly; answers may take longer while many ask at once.",
        "受影响：暂无直接影响；同时提问的人较多时，回答可能变慢。",
    ),
    Cause.RECORDS: Words(
        "Affected: nobody can sign in or register anew, and new messages are not saved. Who is signed in goes on, and "
        "known API keys work.",
        "受影响：暂时无法新登录或注册，新消息不会被保存。已登录的用户和已知的 API 密钥可继续使用。",
    ),
    Cause.ANSWERS: Words(
        "Affected: people with an account who ask in the chat or through the API.",
        "受影响：在聊天中或通过 API 提问的已注册用户。",
    ),
    Cause.ENTRY: Words(
        "Affected: who signs in or registers just now. Who is signed in goes on, and known API keys work.",
        "受影响：正在登录或注册的人。已登录的用户和已知的 API 密钥不受影响。",
    ),
    Cause.SIEGE: Words(
        "Affected: who has no account yet waits in line; new accounts may wait, too. Registered users come first.",
        "受影响：尚无账号者需要排队，新账号也可能需要等待。已注册用户优先。",
    ),
}
_TO_DO: Mapping[Cause, Words] = {
    Cause.MODELS: Words(
        "What you can do: try again later; nothing that was saved is lost. The service goes on trying by itself.",
        "你可以：稍后再试；已保存的内容不会丢失。本服务会自动重试。",
    ),
    Cause.SOME_MODELS: Words("What you can do: nothing is needed.", "你可以：无需任何操作。"),
    Cause.RECORDS: Words(
        "What you can do: stay signed in, and keep a copy of what matters to you until this is over.",
        "你可以：保持登录，并在恢复之前自行留存重要内容。",
    ),
    Cause.ANSWERS: Words(
        "What you can do: ask again after the time that the refusal names.", "你可以：按提示的时间稍后再问。"
    ),
    Cause.ENTRY: Words(
        "What you can do: try again after a few seconds, from a device and network that you usually sign in from.",
        "你可以：稍等几秒，在常用的设备和网络上重试。",
    ),
    Cause.SIEGE: Words(
        "What you can do: with an account, sign in as usual; without one, take a place in the waiting room, where it "
        "is kept for you.",
        "你可以：有账号请照常登录；没有账号请在等候室取号，位置会为你保留。",
    ),
}
_FELT = Words(
    "Measured in the last five minutes: {success} % of registered users' questions were served, and 95 of 100 answers "
    "began within {p95} s.",
    "最近五分钟的测量：已注册用户的提问有 {success} % 得到回答，95 % 的首个字在 {p95} 秒内出现。",
)
_TRAFFIC = Words("What the traffic looks like: {verdict}", "流量判断：{verdict}")
_CHANGED = Words("What the traffic looks like has changed: {verdict}", "流量判断有变化：{verdict}")
WELL_AGAIN = Words(
    "Measurements have been as usual again since {since}. This is watched for a few more minutes.",
    "自 {since} 起测量恢复正常，仍在继续观察。",
)
RESOLVED = Words(
    "Measurements have stayed as usual. It lasted from {began} to {ended}.",
    "测量持续正常。本次事件从 {began} 持续到 {ended}。",
)
RELAPSED = Words("It has come back since {since}.", "自 {since} 起问题再次出现。")


def told_time(unix_s: float) -> str:
    """As it stands in a text that is read in every time zone."""
    return datetime.fromtimestamp(unix_s, UTC).strftime("%Y-%m-%d %H:%M UTC")


def filled(words: Words, **facts: str) -> Words:
    """Both languages with the same facts."""
    return Words(words.en.format(**facts), words.zh.format(**facts))


def draft(cause: Cause, known: Known, *, published: bool) -> Draft:
    """The incident as it is opened."""
    text = Words(_text(cause, known, "en"), _text(cause, known, "zh"))
    components = _COMPONENTS.get(cause) or tuple(one for one in Component if one in known.struck)
    return Draft(TITLES[cause], text, known.impact, components, cause=cause.value, published=published)


def changed_verdict(verdict: Verdict) -> Words:
    """An update for when the verdict has become another one."""
    return Words(*(_in(_CHANGED, one).format(verdict=kind_sentence(verdict.kind, one)) for one in ("en", "zh")))


def _text(cause: Cause, known: Known, language: Language) -> str:
    parts = [_in(_KNOWN[cause], language).format(since=told_time(known.since_s))]
    felt, verdict = known.felt, known.verdict
    if verdict is not None and verdict.kind is not Kind.NORMAL:
        parts.append(_in(_TRAFFIC, language).format(verdict=kind_sentence(verdict.kind, language)))
    parts.append(_in(_AFFECTED[cause], language))
    if cause in (Cause.ANSWERS, Cause.SIEGE) and felt.success is not None and felt.first_token_p95_s is not None:
        figures = {"success": f"{100 * felt.success:.1f}", "p95": f"{felt.first_token_p95_s:.1f}"}
        parts.append(_in(_FELT, language).format(**figures))
    parts.append(_in(_TO_DO[cause], language))
    return "\n".join(parts)


def _in(words: Words, language: Language) -> str:
    return words.zh if language == "zh" else words.en
