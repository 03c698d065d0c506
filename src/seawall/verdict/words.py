"""The sentences for kinds and evidence, in English and Chinese. Knows words; knows no web and no signal.

Numbers are filled in by name, as in ``Evidence.numbers``: ``now``, ``usual``, ``most``, ``needed`` and ``share`` are
parts of a whole and told in per cent, the others as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from seawall.values.verdict import Evidence, Kind, Share, Verdict
from seawall.verdict.doings import DO
from seawall.verdict.proportions import MOST_HONEST

Language = Literal["en", "zh"]

KINDS: Mapping[Kind, Mapping[Language, str]] = {
    Kind.NORMAL: {"en": "An ordinary hour.", "zh": "一切如常。"},
    Kind.SURGE: {
        "en": "Many more people than usual, and they behave as people do.",
        "zh": "来访者远多于平时，行为与常人无异。",
    },
    Kind.ATTACK: {"en": "An attack.", "zh": "正在遭受攻击。"},
    Kind.BOTH: {"en": "An attack, and many honest people at the same time.", "zh": "既有攻击，也有大量正常来访者。"},
    Kind.UNCLEAR: {"en": "It cannot be told yet what this is.", "zh": "目前还无法判断。"},
}

_OTHERS: Mapping[str, Mapping[Language, str]] = {
    "identities": {
        "en": "{now:.0f} askers in ten seconds; usual at this hour are {usual:.0f}, so {times:.1f} times as many.",
        "zh": "十秒内有 {now:.0f} 个访问者；此时段平时为 {usual:.0f} 个，是平时的 {times:.1f} 倍。",
    },
    "step": {
        "en": "Requests rose {times:.1f} times within ten seconds, in one step.",
        "zh": "请求在十秒内骤增至 {times:.1f} 倍。",
    },
    "ramp": {
        "en": "Requests grow by degrees: {times:.1f} times those of ten seconds before.",
        "zh": "请求逐步增加：为前十秒的 {times:.1f} 倍。",
    },
    "network_cluster": {
        "en": "{identities:.0f} askers of one network behave alike and send {share:.0%} of all requests.",
        "zh": "同一网络中有 {identities:.0f} 个访问者行为一致，发出了全部请求的 {share:.0%}。",
    },
}

_AT_HOME, _BEYOND = "home.", "beyond."
# By how far newcomers got, all told in numbers of people.
_GOT: Mapping[str, tuple[str, str]] = {
    "beyond.logins.failing": (
        "{stayed:.0f} askers failed to sign in lately and {further:.0f} succeeded; of people more succeed.",
        "最近有 {stayed:.0f} 个访问者登录失败，{further:.0f} 个成功；正常用户中成功者居多。",
    ),
    "beyond.letter.asked": (
        "{stayed:.0f} askers wait for a letter to a forgotten password and {further:.0f} signed in lately; of "
        "people more do.",
        "最近有 {stayed:.0f} 个访问者索取了重设密码的邮件而未登录，{further:.0f} 个登录成功；正常用户中成功者居多。",
    ),
    "beyond.signup.idle": (
        "Of those who registered one to two minutes ago {stayed:.0f} have asked nothing and {further:.0f} have.",
        "一两分钟前注册的账号中，有 {stayed:.0f} 个未提问，{further:.0f} 个已提问。",
    ),
}


def _whom(name: str) -> tuple[str, str]:
    if name.startswith(_AT_HOME):
        return "registered users at home", "在常用地点的注册用户"
    return "newcomers", "新访问者"


def _beyond(name: str) -> tuple[str, str]:
    """What more of them do than of any honest crowd."""
    english, chinese = DO[name.removeprefix(_AT_HOME)]
    whom, zh_whom = _whom(name)
    return (
        f"{{now:.0%}} of {whom} {english}; of a crowd of people at most {{most:.0%}} would.",
        f"{{now:.0%}} 的{zh_whom}{chinese}；正常人群中至多为 {{most:.0%}}。",
    )


_TOGETHER = {**{f"{_BEYOND}{name}": _beyond(name) for name in MOST_HONEST}, **_GOT}
EVIDENCE: Mapping[str, Mapping[Language, str]] = {
    **{
        name: {
            "en": f"{{now:.0%}} of newcomers {english}; usual are {{usual:.0%}}.",
            "zh": f"{{now:.0%}} 的新访问者{chinese}；平时为 {{usual:.0%}}。",
        }
        for name, (english, chinese) in DO.items()
    },
    **{name: {"en": english, "zh": chinese} for name, (english, chinese) in _TOGETHER.items()},
    **_OTHERS,
}
# On a service that is new here no usual figure is known, and none is made up.
_NO_USUAL: Mapping[str, Mapping[Language, str]] = {
    name: {
        "en": f"{{now:.0%}} of newcomers {english}; what is usual here is not known yet.",
        "zh": f"{{now:.0%}} 的新访问者{chinese}；此处平时的情况尚不清楚。",
    }
    for name, (english, chinese) in DO.items()
}


def _infinitive(english: str) -> str:
    return "be " + english.removeprefix("are ") if english.startswith("are ") else english


def _if_many(name: str) -> Mapping[Language, str]:
    english, chinese = DO[name]
    return {
        "en": f"If {{needed:.0%}} of newcomers were to {_infinitive(english)} (now {{now:.0%}}).",
        "zh": f"如果有 {{needed:.0%}} 的新访问者{chinese}（现为 {{now:.0%}}）。",
    }


def _if_few(name: str) -> Mapping[Language, str]:
    whom, zh_whom = _whom(name)
    english, chinese = DO[name.removeprefix(_AT_HOME)]
    return {
        "en": f"If no more than {{most:.0%}} of {whom} were to {_infinitive(english)} (now {{now:.0%}}).",
        "zh": f"如果{chinese}的{zh_whom}不超过 {{most:.0%}}（现为 {{now:.0%}}）。",
    }


WOULD_CHANGE: Mapping[str, Mapping[Language, str]] = {
    **{name: _if_many(name) for name in DO},
    **{f"{_BEYOND}{name}": _if_few(name) for name in MOST_HONEST},
}


_NOTHING_LARGE: Mapping[Language, str] = {
    "en": "Nothing in it is large enough to be called an attack or a surge.",
    "zh": "其中没有足以称为攻击或突增的部分。",
}


def kind_sentence(kind: Kind, language: Language = "en") -> str:
    """What this kind means, in a sentence."""
    return KINDS[kind][language]


def sentence(evidence: Evidence, language: Language = "en") -> str:
    """One finding with its numbers."""
    known = evidence.name not in _NO_USUAL or "usual" in evidence.numbers
    told = (EVIDENCE if known else _NO_USUAL).get(evidence.name)
    return _unnamed(evidence) if told is None else told[language].format_map(evidence.numbers)


def turning(evidence: Evidence, language: Language = "en") -> str:
    """What would turn the verdict, with its numbers."""
    told = WOULD_CHANGE.get(evidence.name)
    return _unnamed(evidence) if told is None else told[language].format_map(evidence.numbers)


def _unnamed(evidence: Evidence) -> str:
    """A log outlives the program that wrote it: what this one has no sentence for is told as it stands there."""
    return f"{evidence.name}: {', '.join(f'{name} {value:g}' for name, value in evidence.numbers.items())}."


def manner_words(manner: Mapping[str, str], language: Language = "en") -> str:
    """How a cluster behaves, trait by trait: in English by their names, else in words."""
    if language == "en":
        return ", ".join(f"{trait}: {level}" for trait, level in manner.items())
    named = (f"{trait}.{level}" for trait, level in manner.items())
    return "；".join(DO[name][1] if name in DO else name for name in named)


def share_sentence(verdict: Verdict, language: Language = "en") -> str:
    """How much of what comes is an attack and how much a surge, with the ends of the intervals.

    On an ordinary hour no shares are told: of a handful of requests one script is a large part, and means nothing.
    """
    if verdict.kind is Kind.NORMAL:
        return _NOTHING_LARGE[language]
    if language == "zh":
        return f"攻击约占全部请求的 {_told(verdict.attack)}；超出平时的正常来访约占 {_told(verdict.surge)}。"
    return f"About {_told(verdict.attack)} of all requests are attack, {_told(verdict.surge)} are people beyond usual."


def _told(share: Share) -> str:
    return f"{share.middle:.0%} ({share.low:.0%}–{share.high:.0%})"
