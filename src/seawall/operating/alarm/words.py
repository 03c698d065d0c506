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
        "zh": "已进入围攻状态（{why}）。访客进入等候室，注册需排队。",
    },
    Cause.ELEVATED: {"en": "The posture is elevated, because {why}.", "zh": "已进入警戒状态（{why}）。"},
    Cause.LOG: {
        "en": "The public log takes no entries any more: {why}",
        "zh": "公开日志已停止写入：{why}",
    },
}
_OVER: Mapping[Language, str] = {"en": "Over: {said}", "zh": "已解除：{said}"}
_LASTED: Mapping[Language, str] = {"en": "It lasted {minutes} min.", "zh": "持续了 {minutes} 分钟。"}


def said(found: Found, language: Language) -> str:
    """The sentence of a cause that has been found."""
    return _SAID[found.cause][language].format_map(found.numbers)


def over(found: Found, lasted_s: float, language: Language) -> str:
    """That it is over, as it was told when it was last seen."""
    lasted = _LASTED[language].format(minutes=max(1, round(lasted_s / 60)))
    return f"{_OVER[language].format(said=said(found, language))} {lasted}"
