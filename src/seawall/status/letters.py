"""What subscribers are mailed, in English and in Chinese. Knows words; sends nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from seawall.status.announcements import MaintenanceEdit
from seawall.status.drafts import told_time
from seawall.status.incidents import Edit

Language = Literal["en", "zh"]

_PHASES = {
    "investigating": ("investigating", "调查中"),
    "identified": ("identified", "已查明"),
    "monitoring": ("watching", "观察中"),
    "resolved": ("resolved", "已解决"),
}
_DEEDS = {"announced": ("announced", "已公告"), "changed": ("changed", "有变更"), "ended": ("over", "已结束")}


@dataclass(frozen=True, slots=True)
class Letter:
    """Subject and text."""

    subject: str
    text: str


def confirming(language: Language, name: str, link: str) -> Letter:
    """The mail whose link subscribes."""
    if language == "zh":
        return Letter(
            f"{name}：确认订阅服务状态",
            f"有人（可能是你）请求向此邮箱发送 {name} 的事件和维护通知。\n\n确认订阅：\n{link}\n\n"
            "如果不是你，请忽略这封邮件，我们不会再发送。\n",
        )
    return Letter(
        f"{name}: confirm that you want to be told",
        f"Somebody, perhaps you, asked that this address be told of incidents and maintenance of {name}.\n\n"
        f"Open this link to subscribe:\n{link}\n\nIf it was not you, do nothing: no further mail will come.\n",
    )


def of_incident(language: Language, name: str, edit: Edit, page: str, ending: str) -> Letter:
    """What was written to an incident."""
    row, update = edit.incident.row, edit.update or (edit.incident.updates[-1] if edit.incident.updates else None)
    zh = language == "zh"
    title = (row.title_zh or row.title_en) if zh else (row.title_en or row.title_zh)
    phase = _PHASES[row.status][zh]
    text = "" if update is None else (update.text_zh or update.text_en) if zh else (update.text_en or update.text_zh)
    return Letter(
        f"{name}: {title} ({phase})", _body(zh, title, f"{told_time(row.changed_s)} · {phase}", text, page, ending)
    )


def of_maintenance(language: Language, name: str, edit: MaintenanceEdit, page: str, ending: str) -> Letter:
    """What was announced."""
    row, zh = edit.maintenance.row, language == "zh"
    title = (row.title_zh or row.title_en) if zh else (row.title_en or row.title_zh)
    text = (row.text_zh or row.text_en) if zh else (row.text_en or row.text_zh)
    deed = _DEEDS[edit.deed][zh]
    when = f"{told_time(row.begins_s)} – {told_time(row.ends_s)} · {deed}"
    subject = f"{name}：维护 {title}（{deed}）" if zh else f"{name}: maintenance {title} ({deed})"
    return Letter(subject, _body(zh, title, when, text, page, ending))


def _body(zh: bool, title: str, when: str, text: str, page: str, ending: str) -> str:
    links = f"详情：{page}\n退订：{ending}\n" if zh else f"More: {page}\nTell me no more: {ending}\n"
    return f"{title}\n{when}\n\n{text}\n\n{links}"
