"""The sentences for kinds and evidence, in English and Chinese. Knows words; knows no web and no signal.

Numbers are filled in by name, as in ``Evidence.numbers``: ``now``, ``usual``, ``most``, ``needed`` and ``share`` are
parts of a whole and told in per cent, the others as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from seawall.values.verdict import Evidence, Kind, Share, Verdict
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

# What newcomers do, as the end of "{now} of newcomers ...".
_DO: Mapping[str, tuple[str, str]] = {
    "headers.browser": ("send what browsers send", "发送的请求头与浏览器一致"),
    "headers.program": ("send what programs send and no browser does", "发送的请求头像程序，不像浏览器"),
    "order.risen": (
        "name their headers in one order that is seldom seen here",
        "请求头的排列顺序在这里很少见，却突然增多",
    ),
    "order.usual": ("name their headers in orders that are usual here", "请求头的排列顺序与平时一致"),
    "rate.light": ("ask as often as a person does", "请求频率与常人相当"),
    "rate.busy": ("act eight times or more in ten seconds", "十秒内操作八次以上"),
    "rate.heavy": ("act thirty times or more in ten seconds", "十秒内操作三十次以上"),
    "rate.flooding": ("act twelve times a second or more", "每秒操作十二次以上"),
    "pace.human": ("pause between two acts as people do", "两次操作之间有正常的停顿"),
    "pace.fast": ("act again within a second", "不到一秒就再次操作"),
    "pace.regular": ("act by the clock", "按固定的时间间隔操作"),
    "files.fetched": ("fetch the files that belong to the page", "会加载页面所需的文件"),
    "files.skipped": ("open the page and never fetch its files", "打开页面却不加载页面文件"),
    "files.awaited": ("have just opened the page and fetched nothing of it yet", "刚打开页面，尚未加载页面文件"),
    "files.no_page": ("never open a page", "从不打开页面"),
    "depth.varied": ("look at several things", "浏览了多种内容"),
    "depth.single": ("ask for one thing again and again", "反复请求同一种内容"),
    "stay.reading": ("read for twenty seconds or more and begin nothing", "停留二十秒以上却不做任何操作"),
    "form.hasty": ("send a form within two seconds of opening the page", "打开页面后两秒内就提交表单"),
    "signup.through_page": ("register over the page", "通过页面注册"),
    "signup.straight": ("register without ever opening the page", "未打开页面就直接注册"),
    "signup.again": ("try to register three times or more", "尝试注册三次以上"),
    "logins.succeeded": ("sign in with the right password", "用正确的密码登录"),
    "logins.failed": ("have a sign-in fail", "登录失败一次"),
    "logins.failing": ("have sign-ins fail again and again", "登录屡次失败"),
    "logins.spread": ("try to sign in to three accounts or more", "尝试登录三个以上的账号"),
    "prompts.own": ("ask something of their own", "提出各自不同的问题"),
    "prompts.alike": ("ask nearly what others have just asked", "提出的问题与他人几乎相同"),
    "prompts.templated": ("ask by one template", "按同一模板提问"),
    "cost.usual": ("ask for answers of the usual length", "要求的回答长度与平时相当"),
    "cost.dear": ("ask for four times the usual work or more", "每次所需算力为平时的四倍以上"),
    "streams.read": ("read answers to their end", "会把回答读完"),
    "streams.left": ("leave answers in the middle", "回答未完就离开"),
    "retry.obeyed": ("come back at the time they are told", "按提示的时间再来"),
    "retry.ignored": ("come back before the time they are told", "不等提示的时间就再来"),
    "puzzle.solved": ("solve the puzzle and register", "完成验证并注册"),
    "puzzle.instant": ("solve the puzzle and send the form faster than anybody types", "验证与提交快得不像手工操作"),
    "puzzle.unsolved": ("fetch puzzles and solve none", "反复索取验证题却不作答"),
    "puzzle.wrong": ("send wrong solutions of puzzles", "提交错误的验证答案"),
    "referrer.outside": ("come over a link from elsewhere", "从其他网站的链接而来"),
    "referrer.own": ("come from a page of ours", "从本站页面而来"),
    "referrer.none": ("come without a link", "并非通过链接而来"),
    "hour.day": ("come while it is day where their language is spoken", "所用语言的地区正是白天"),
    "hour.night": ("come while it is night where their language is spoken", "所用语言的地区正是深夜"),
    "network.known": ("come from networks that were here before", "来自以前来过的网络"),
    "network.new": ("come from networks that were never here", "来自从未来过的网络"),
    "neighbours.many": (
        "come from a wide network together with others",
        "与他人同时来自同一大网段",
    ),
    "answers.misses": ("ask mostly for what is not here", "请求的大多是不存在的内容"),
    "reading.cut": ("are cut off for being too slow", "因过慢而被断开"),
    "reading.cut_often": ("are cut off again and again for being too slow", "屡次因过慢而被断开"),
    "standing.stranger": ("have no account", "没有账号"),
    "standing.known": ("have an account", "有账号"),
    "standing.home": ("are registered and at home", "是在常用地点的注册用户"),
    "standing.away": ("have a new account, or are away from home", "账号较新，或不在常用地点"),
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
    "beyond.stay.reading": (
        "Of those who came without a link one to two minutes ago {stayed:.0f} have begun nothing; {further:.0f} of all "
        "newcomers have. For one who begins something a crowd has three who do not at most.",
        "一两分钟前不经链接而来者中，有 {stayed:.0f} 个什么也没做；全部新访问者中有 {further:.0f} 个有所操作。"
        "正常人群中前者至多为后者的三倍。",
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
    english, chinese = _DO[name.removeprefix(_AT_HOME)]
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
        for name, (english, chinese) in _DO.items()
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
    for name, (english, chinese) in _DO.items()
}


def _infinitive(english: str) -> str:
    return "be " + english.removeprefix("are ") if english.startswith("are ") else english


def _if_many(name: str) -> Mapping[Language, str]:
    english, chinese = _DO[name]
    return {
        "en": f"If {{needed:.0%}} of newcomers were to {_infinitive(english)} (now {{now:.0%}}).",
        "zh": f"如果有 {{needed:.0%}} 的新访问者{chinese}（现为 {{now:.0%}}）。",
    }


def _if_few(name: str) -> Mapping[Language, str]:
    whom, zh_whom = _whom(name)
    english, chinese = _DO[name.removeprefix(_AT_HOME)]
    return {
        "en": f"If no more than {{most:.0%}} of {whom} were to {_infinitive(english)} (now {{now:.0%}}).",
        "zh": f"如果{chinese}的{zh_whom}不超过 {{most:.0%}}（现为 {{now:.0%}}）。",
    }


WOULD_CHANGE: Mapping[str, Mapping[Language, str]] = {
    **{name: _if_many(name) for name in _DO},
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
    return "；".join(_DO[name][1] if name in _DO else name for name in named)


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
