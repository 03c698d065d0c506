"""What a report's page says, in English and in Chinese. Knows sentences; knows no findings.

What the log tells is shown as the log has it: a translation of an entry would be nobody's word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from seawall.verdict.words import Language

Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Words:
    """One language. Fields in braces are figures; ``name`` is what the language calls itself."""

    language: Language
    name: str
    title: str
    made: str
    incident: str
    introduction: str
    check: str
    sections: Texts
    kinds: Texts
    entries: Texts
    no_window: str
    served: str
    would_change: str
    nobody: str
    slowest: str
    missing: str
    nothing: str
    plots: Texts
    lines: Texts
    who: Texts
    columns: Mapping[str, tuple[str, ...]]
    others: str
    under: str
    places: Texts
    shown: str
    together: str


ENGLISH = Words(
    language="en",
    name="English",
    title="What happened, {since} to {until}",
    made="Log {origin} · made {when} by Seawall {version}",
    incident=" · incident {id}",
    introduction="This report was made from the public log of the service and from the windows of ten seconds that its "
    "verdicts were found from. Nobody stands alone in it: networks are cut to a /16 or /32 and named only where at "
    "least twenty identities came from there.",
    check="It can be checked without the service: `seawall incident verify FILE` finds a single changed byte, and "
    "finds each verdict again from the windows.",
    sections={
        "short": "In short",
        "verdicts": "Attack or surge",
        "felt": "What registered users felt",
        "clusters": "Who came",
        "refused": "What was served and refused, to whom",
        "timeline": "Timeline",
        "missing": "What is missing",
    },
    kinds={"normal": "ordinary", "surge": "surge", "attack": "attack", "both": "both", "unclear": "unclear"},
    entries={},
    no_window="No window of this time is here.",
    served="{success} of registered users' questions were served.",
    would_change="What would change this:",
    nobody="No registered user asked anything.",
    slowest="In the worst window 19 of 20 first tokens came within {s:g} s.",
    missing="The windows of these verdicts (entries {entries}) are not kept any more as they were, so these cannot be "
    "found again.",
    nothing="Nothing.",
    plots={
        "requests": "Requests in ten seconds",
        "shares": "Estimated part of all requests, with 90 % intervals",
        "success": "Registered users' questions served",
        "first_token": "Registered users' first token, seconds",
        "empty": "no windows of this time",
    },
    lines={
        "all": "all",
        "attack": "attack",
        "surge": "surge",
        "served": "served",
        "half": "half of them within",
        "most": "19 of 20 within",
    },
    who={
        "C0": "operators",
        "C1": "registered, at home, within their share",
        "C1b": "registered, beyond their share",
        "C2": "registered, new or away from home",
        "C3": "no account, a puzzle solved",
        "C4": "no account",
        "": "others",
    },
    columns={
        "clusters": ("from", "manner", "identities at most", "requests", "engine seconds"),
        "refused": ("who", "what became of it", "times"),
        "timeline": ("when", "entry", "what", "facts"),
    },
    others="many networks",
    under="under {n}",
    places={"gate": "at the gate", "elsewhere": "on other pages"},
    shown="{served} of {asked} questions were served ({success}).",
    together="small groups taken together, whose manner speaks for an attack by {leaning} (below 0: against)",
)

CHINESE = Words(
    language="zh",
    name="中文",
    title="事件经过：{since} 至 {until}",
    made="日志 {origin} · {when} 由 Seawall {version} 生成",
    incident=" · 事件 {id}",
    introduction="本报告依据服务的公开日志，以及得出各次判断的十秒窗口数据生成。报告中不会单独出现任何人："
    "网络只保留到 /16 或 /32，且至少有二十个访问者来自该网络时才会列出。",
    check="无需连接服务即可核验：`seawall incident verify FILE` 能发现任何一个字节的改动，"
    "并由窗口数据重新得出每次判断。",
    sections={
        "short": "概要",
        "verdicts": "攻击还是突增",
        "felt": "注册用户的感受",
        "clusters": "来访者",
        "refused": "对谁答复或拒绝了什么",
        "timeline": "时间线",
        "missing": "缺失的部分",
    },
    kinds={"normal": "一切如常", "surge": "突增", "attack": "攻击", "both": "两者兼有", "unclear": "尚不明确"},
    entries={
        "posture": "防护状态",
        "incident": "事件",
        "maintenance": "维护",
        "banner": "公告",
        "operator_action": "运维操作",
        "operator_sign_in": "运维人员登录",
        "models": "模型",
        "settings": "设置",
        "report": "报告",
        "lost": "未能记录的条目",
    },
    no_window="这段时间没有窗口数据。",
    served="注册用户的提问中有 {success} 得到答复。",
    would_change="以下情况会改变判断：",
    nobody="没有注册用户提问。",
    slowest="最差的窗口中，20 次首字里有 19 次在 {s:g} 秒内到达。",
    missing="以下判断（条目 {entries}）的窗口数据已不再按原样保存，因此无法重新得出。",
    nothing="无。",
    plots={
        "requests": "每十秒的请求数",
        "shares": "估计占全部请求的比例（90% 区间）",
        "success": "注册用户的提问得到答复的比例",
        "first_token": "注册用户的首字时间（秒）",
        "empty": "这段时间没有窗口数据",
    },
    lines={
        "all": "全部",
        "attack": "攻击",
        "surge": "突增",
        "served": "已答复",
        "half": "半数不超过",
        "most": "20 次中有 19 次不超过",
    },
    who={
        "C0": "运维人员",
        "C1": "注册用户，在常用地点，份额之内",
        "C1b": "注册用户，超出份额",
        "C2": "注册用户，账号较新或不在常用地点",
        "C3": "无账号，已完成验证",
        "C4": "无账号",
        "": "其他",
    },
    columns={
        "clusters": ("来源", "行为", "访问者（最多）", "请求数", "引擎占用（秒）"),
        "refused": ("对象", "结果", "次数"),
        "timeline": ("时间", "条目", "内容", "事实（按日志原文）"),
    },
    others="多个网络",
    under="少于 {n}",
    places={"gate": "在入口处", "elsewhere": "在其他页面"},
    shown="{asked} 次提问中有 {served} 次得到答复（{success}）。",
    together="合并统计的小群体，其行为指向攻击的程度为 {leaning}（小于 0 表示相反）",
)
