"""What an alarm says, in the operators' language. Knows sentences; decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from seawall.operating.alarm.causes import Cause, Found

Language = Literal["en", "zh"]

_SAID: Mapping[Cause, Mapping[Language, str]] = {
    Cause.PROMISE: {
        "en": "Registered users are not served as promised: {success:.1%} answered in the last minute, "
        "95 in 100 first tokens within {p95_s:.1f} s (promised: {within_s:g} s).",
        "zh": "注册用户未能按承诺得到服务：最近一分钟答复率 {success:.1%}，"
        "95% 的首字时间不超过 {p95_s:.1f} 秒（承诺 {within_s:g} 秒）。",
    },
    Cause.ENGINE: {"en": "No engine answers: {why}", "zh": "没有引擎应答：{why}"},
    Cause.MEMBER: {"en": "The engine {name} is lost: {why}", "zh": "引擎 {name} 已失联：{why}"},
    Cause.DATABASE: {
        "en": "The database takes no writes: {why}",
        "zh": "数据库无法写入：{why}",
    },
    Cause.DISK: {
        "en": "The disk of the data folder is nearly full: {free_mib} MiB are left ({part:.0%}). Free some space.",
        "zh": "数据目录所在磁盘即将写满：剩余 {free_mib} MiB（{part:.0%}）。请清理空间。",
    },
    Cause.SIEGE: {
        "en": "The posture is siege, because {why}. Strangers are in the waiting room; sign-up goes by places in line.",
        "zh": "已进入围城状态（{why}）。访客进入等候室，注册需排队。",
    },
    Cause.ELEVATED: {"en": "The posture is elevated, because {why}.", "zh": "已进入警戒状态（{why}）。"},
    Cause.LOG: {
        "en": "The public log takes no entries any more: {why}",
        "zh": "公开日志已停止写入：{why}",
    },
}
_ADVISED: Mapping[Cause, Mapping[Language, str]] = {
    Cause.PROMISE: {
        "en": "Look at the verdict and at the networks below: slow or challenge what takes the engine.",
        "zh": "请查看下方的判断和网络：对占用引擎的网络限速或要求验证。",
    },
    Cause.ENGINE: {
        "en": "Look at the model server and at this service's log. It is tried again by itself; questions are refused "
        "with a sentence meanwhile.",
        "zh": "请检查模型服务器和本服务的日志。系统会自动重试，其间的提问会被说明原因后拒绝。",
    },
    Cause.MEMBER: {
        "en": "The others carry on. Look at that server; once it answers it is used again by itself.",
        "zh": "其余引擎继续工作。请检查该服务器；恢复应答后会自动重新启用。",
    },
    Cause.DATABASE: {
        "en": "Look at the database and at its disk. It is tried again by itself; nothing new is kept meanwhile.",
        "zh": "请检查数据库及其磁盘。系统会自动重试，其间无法保存新内容。",
    },
    Cause.DISK: {
        "en": "Free some space, or give the data folder a larger disk, before the database stops taking writes.",
        "zh": "请在数据库停止写入之前清理空间，或为数据目录更换更大的磁盘。",
    },
    Cause.SIEGE: {
        "en": "Registered users go first by themselves. See whether the promise holds, and tell the public of it.",
        "zh": "注册用户会自动优先。请确认承诺是否兑现，并告知公众当前情况。",
    },
    Cause.ELEVATED: {
        "en": "It ends by itself a minute after the pressure has gone. See below what presses.",
        "zh": "压力消失一分钟后会自动解除。请在下方查看压力来源。",
    },
    Cause.LOG: {
        "en": "Run 'seawall log verify': it names the first bad entry. Keep the database as evidence.",
        "zh": "请运行 'seawall log verify'，它会指出第一条有问题的条目。修复之前请先保留数据库作为证据。",
    },
}
# Of the posture, by the code of what moved it; English has the reading's own words.
_WHY_IN_CHINESE: Mapping[str, str] = {
    "queue": "注册用户的等待时间将超过承诺",
    "others": "新账号和访客的等待将超出他们的耐心",
    "kv": "KV 缓存已满",
    "loop": "本程序自身变慢",
    "refused": "有注册用户被拒绝",
    "verdict": "来访情况看似攻击",
    "burning": "超过一成的注册用户等待过久或被拒绝",
    "pinned": "由运维人员设定",
}
_OVER: Mapping[Language, str] = {"en": "Over: {said}", "zh": "已解除：{said}"}
_LASTED: Mapping[Language, str] = {"en": "It lasted {minutes} min.", "zh": "持续了 {minutes} 分钟。"}


def said(found: Found, language: Language) -> str:
    """The sentence of a cause that has been found."""
    numbers = dict(found.numbers)
    if language == "zh" and numbers.get("because") in _WHY_IN_CHINESE:
        numbers["why"] = _WHY_IN_CHINESE[numbers["because"]]
    return _SAID[found.cause][language].format_map(numbers)


def advised(found: Found, language: Language) -> str:
    """What to do about it."""
    return _ADVISED[found.cause][language]


def over(found: Found, lasted_s: float, language: Language) -> str:
    """That it is over, as it was told when it was last seen."""
    lasted = _LASTED[language].format(minutes=max(1, round(lasted_s / 60)))
    return f"{_OVER[language].format(said=said(found, language))} {lasted}"
