"""What the status page says, in English and in Chinese. Knows sentences; knows no state of anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from seawall.admission.posture import Posture
from seawall.status.components import Component, Level, Why
from seawall.status.snapshot import Overall

Language = Literal["en", "zh"]


@dataclass(frozen=True, slots=True)
class Words:
    """One language. Fields in braces are figures."""

    lang: Language
    name: str
    title: str
    overall: Mapping[Overall, str]
    since: str
    as_of: str
    skip: str
    banner: str
    unsaved: str
    log_trouble: str
    now: str
    components: str
    component: Mapping[Component, str]
    level: Mapping[Level, str]
    why: Mapping[Why, str]
    days: str
    uptime: str
    no_uptime: str
    history: str
    history_all_well: str
    history_worst: str
    today: str
    days_ago: str
    measured: str
    measured_about: str
    who: str
    registered: str
    newcomers: str
    success: str
    half: str
    most: str
    nobody: str
    promise: str
    posture: str
    postures: Mapping[Posture, str]
    verdict: str
    no_verdict: str
    evidence: str
    would_change: str
    incidents: str
    no_incidents: str
    all_incidents: str
    automatic: str
    edited: str
    merged: str
    phase: Mapping[str, str]
    impact: Mapping[str, str]
    affects: str
    maintenance: str
    stage: Mapping[str, str]
    from_to: str
    subscribe: str
    subscribe_about: str
    feed: str
    by_mail: str
    mail_address: str
    by_webhook: str
    webhook_address: str
    webhook_about: str
    head: str
    head_about: str
    no_head: str
    entries: str
    root: str
    for_programs: str
    home: str
    back: str
    lasts: tuple[str, str, str, str]
    date: str
    notices: Mapping[str, tuple[str, str]]
    button: Mapping[str, str]
    secret: str

    def text(self, en: str, zh: str) -> str:
        """An operator's words in this language, or in the other where there are none."""
        return (zh or en) if self.lang == "zh" else (en or zh)

    def span(self, seconds: float) -> str:
        """A length of time, coarser the longer it is."""
        moment, minutes, hours, days = self.lasts
        if seconds < 60:
            return moment
        if seconds < 5400:
            return minutes.format(n=round(seconds / 60))
        if seconds < 2 * 86400:
            return hours.format(n=round(seconds / 3600))
        return days.format(n=round(seconds / 86400))

    def exact(self, unix_s: float) -> str:
        """As it is read in every time zone."""
        return datetime.fromtimestamp(unix_s, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")

    def day(self, iso: str) -> str:
        """A UTC day."""
        at = datetime.fromisoformat(iso)
        return self.date.format(year=at.year, month=at.month, day=at.day, name=at.strftime("%B"))


ENGLISH = Words(
    lang="en",
    name="English",
    title="Status",
    overall={
        Overall.WELL: "All systems work",
        Overall.STARTING: "The service has just started: the model is being loaded",
        Overall.NARROWED: "Sign-up is narrowed; registered users are served",
        Overall.LOADED: "The service is busy; registered users are served",
        Overall.MAINTENANCE: "Maintenance is going on",
        Overall.INCIDENT: "Something is wrong: {title}",
        Overall.SOME_ENGINES_AWAY: "Some of the model servers are away; questions are answered",
        Overall.SLOW: "Answers begin later than promised",
        Overall.FAILING: "Some questions fail",
        Overall.ENTRY: "Not everybody can sign in or register at once; who is signed in is served",
        Overall.RECORDS_AWAY: "The database is away: answers go on, but nothing is saved and nobody can sign in anew",
        Overall.ENGINE_AWAY: "The model does not answer",
        Overall.ALL_AWAY: "The model and the database are away",
    },
    since="for {relative}",
    as_of="As of",
    skip="Skip to the content",
    banner="From the operator",
    unsaved="The database is away. What is written here just now is shown, and is saved as soon as it is back.",
    log_trouble="The public log is closed for new entries: {why}",
    now="What is going on",
    components="Components",
    component={
        Component.CHAT: "Chat",
        Component.API: "API",
        Component.SIGN_UP: "Sign-up",
        Component.SIGN_IN: "Sign-in",
        Component.MODELS: "Models",
    },
    level={
        Level.OPERATIONAL: "Works",
        Level.DEGRADED: "Impaired",
        Level.PARTIAL: "Partly down",
        Level.MAJOR: "Down",
        Level.MAINTENANCE: "Maintenance",
    },
    why={
        Why.WELL: "",
        Why.STARTING: "The model is being loaded.",
        Why.ENGINE_AWAY: "No model server answers.",
        Why.SOME_ENGINES_AWAY: "Some of the model servers do not answer; the others do.",
        Why.RECORDS_AWAY: "The database is away. Who is signed in stays so, and known keys work.",
        Why.UNSAVED: "Answers go on; messages are not saved while the database is away.",
        Why.FAILING: "More questions of registered users fail than usual.",
        Why.SLOW: "The first words come later than promised.",
        Why.ENTRY_FAILING: "More than usual are turned away for lack of room, or wait too long.",
        Why.AWAY_WAITS: "Signing in from a new device or network may take several tries; from usual ones it works.",
        Why.UNMEASURED: "Hardly used in the last two minutes: judged by what it rests on.",
        Why.NARROWED: "Newcomers wait for a place; the waiting room keeps it.",
        Why.CLOSED: "Registration is closed here, as its operator wants it.",
        Why.MAINTENANCE: "Announced work is going on.",
        Why.INCIDENT: "See the open incident.",
    },
    days="Last 90 days",
    uptime="{share} % up",
    no_uptime="not measured yet",
    history="{component}, last 90 days: {uptime}. {worst}",
    history_all_well="No day with a fault.",
    history_worst="Worst day: {day}, {span} with faults; days with faults: {count}.",
    today="today",
    days_ago="90 days ago",
    measured="What users feel",
    measured_about="Measured in the last five minutes, from the questions that were really asked.",
    who="Who",
    registered="Registered users",
    newcomers="New accounts, or away from home",
    success="Served",
    half="First words: half within",
    most="95 of 100 within",
    nobody="nobody asked",
    promise="Registered users are promised the first words within {promise} s.",
    posture="How the service stands",
    postures={
        Posture.NORMAL: "Calm: everybody is served as they come.",
        Posture.ELEVATED: "Busy: newcomers' browsers solve a small puzzle, which machines in masses cannot afford, and "
        "long answers may be shortened for those who are new or not registered.",
        Posture.SIEGE: "Under siege: registered users are served; newcomers wait in line, and strangers in the "
        "waiting room.",
    },
    verdict="Attack or surge?",
    no_verdict="Nothing has been looked at yet.",
    evidence="The strongest evidence",
    would_change="What would change this verdict",
    incidents="Incidents",
    no_incidents="No incidents so far.",
    all_incidents="All incidents",
    automatic="written by the service itself",
    edited="edited",
    merged="This incident goes on in another one:",
    phase={
        "investigating": "Investigating",
        "identified": "Identified",
        "monitoring": "Watching",
        "resolved": "Resolved",
    },
    impact={"none": "no impact", "minor": "minor impact", "major": "major impact", "critical": "critical impact"},
    affects="Affects",
    maintenance="Maintenance",
    stage={"scheduled": "Announced", "in_progress": "Going on", "completed": "Over"},
    from_to="{begins} to {ends}",
    subscribe="Be told",
    subscribe_about="Of incidents and maintenance, and of nothing else. Each way can be ended at any time.",
    feed="Atom feed",
    by_mail="Subscribe by mail",
    mail_address="Mail address",
    by_webhook="Subscribe a webhook",
    webhook_address="Webhook address",
    webhook_about="It is sent a challenge first, and sends it back. Messages have Statuspage's shape and are signed.",
    head="Public log",
    head_about="What this page says can be checked afterwards: verdicts, incidents and operators' actions are written "
    "to a log that nobody can change unnoticed. This is its last signed head.",
    no_head="No head has been signed yet.",
    entries="Entries",
    root="Root hash",
    for_programs="For programs",
    home="To the service",
    back="Status",
    lasts=("a moment", "{n} min", "{n} h", "{n} days"),
    date="{day} {name} {year}",
    notices={
        "mailed": (
            "Look into your mailbox",
            "If this address can be told, a mail with a link is on its way to it. Only who opens the link subscribes.",
        ),
        "confirm": ("Subscribe?", "You will be told of incidents and maintenance of this service."),
        "subscribed": ("You are subscribed", "Each message has a link that ends it."),
        "unsubscribe": ("Be told no more?", "You can subscribe again at any time."),
        "unsubscribed": ("You are told no more", "The address is forgotten."),
        "webhook": (
            "The webhook is subscribed",
            "It answered the challenge. Keep the key below, which is shown this once: messages are signed with it. "
            "The second address ends the subscription.",
        ),
        "dead": ("This link does not work", "It is too old, or it has been used to unsubscribe."),
    },
    button={"confirm": "Yes, subscribe", "unsubscribe": "Tell me no more"},
    secret="Signing key",  # noqa: S106 - the label of a field
)

CHINESE = Words(
    lang="zh",
    name="中文",
    title="服务状态",
    overall={
        Overall.WELL: "一切正常",
        Overall.STARTING: "服务刚刚启动，正在加载模型",
        Overall.NARROWED: "注册受限，已注册用户正常使用",
        Overall.LOADED: "服务繁忙，已注册用户正常使用",
        Overall.MAINTENANCE: "正在维护",
        Overall.INCIDENT: "出现问题：{title}",
        Overall.SOME_ENGINES_AWAY: "部分模型服务器离线，仍可回答提问",
        Overall.SLOW: "回答开始得比承诺的慢",
        Overall.FAILING: "部分提问失败",
        Overall.ENTRY: "部分人暂时无法登录或注册，已登录的用户正常使用",
        Overall.RECORDS_AWAY: "数据库离线：仍可回答，但不会保存，也无法新登录",
        Overall.ENGINE_AWAY: "模型没有响应",
        Overall.ALL_AWAY: "模型和数据库均离线",
    },
    since="已持续 {relative}",
    as_of="更新于",
    skip="跳到正文",
    banner="来自管理者",
    unsaved="数据库离线。此刻写下的内容已显示在这里，恢复后会立即保存。",
    log_trouble="公开日志暂停写入：{why}",
    now="当前情况",
    components="组成部分",
    component={
        Component.CHAT: "聊天",
        Component.API: "API",
        Component.SIGN_UP: "注册",
        Component.SIGN_IN: "登录",
        Component.MODELS: "模型",
    },
    level={
        Level.OPERATIONAL: "正常",
        Level.DEGRADED: "受影响",
        Level.PARTIAL: "部分中断",
        Level.MAJOR: "中断",
        Level.MAINTENANCE: "维护中",
    },
    why={
        Why.WELL: "",
        Why.STARTING: "正在加载模型。",
        Why.ENGINE_AWAY: "没有模型服务器响应。",
        Why.SOME_ENGINES_AWAY: "部分模型服务器没有响应，其余正常。",
        Why.RECORDS_AWAY: "数据库离线。已登录的用户不受影响，已知的密钥可用。",
        Why.UNSAVED: "仍可回答；数据库离线期间消息不会保存。",
        Why.FAILING: "已注册用户的提问失败多于平常。",
        Why.SLOW: "首个字出现得比承诺的晚。",
        Why.ENTRY_FAILING: "因资源不足被拒或等待过久的人多于平常。",
        Why.AWAY_WAITS: "在新设备或新网络上登录可能需要重试，常用设备和网络不受影响。",
        Why.UNMEASURED: "最近两分钟很少有人使用，根据其依赖的部分判断。",
        Why.NARROWED: "新用户需要排队，等候室会保留位置。",
        Why.CLOSED: "本站不开放注册，这是管理者的选择。",
        Why.MAINTENANCE: "正在进行已公告的维护。",
        Why.INCIDENT: "请见未解决的事件。",
    },
    days="最近 90 天",
    uptime="可用 {share} %",
    no_uptime="尚无测量",
    history="{component}，最近 90 天：{uptime}。{worst}",
    history_all_well="没有故障的日子。",
    history_worst="最差的一天：{day}，故障 {span}；有故障的天数：{count}。",
    today="今天",
    days_ago="90 天前",
    measured="用户的实际感受",
    measured_about="根据最近五分钟的真实提问测得。",
    who="用户",
    registered="已注册用户",
    newcomers="新账号，或不在常用设备和网络上",
    success="得到回答",
    half="首个字：半数在",
    most="95 % 在",
    nobody="没有人提问",
    promise="对已注册用户的承诺：{promise} 秒内出现首个字。",
    posture="服务姿态",
    postures={
        Posture.NORMAL: "平静：来者皆得服务。",
        Posture.ELEVATED: "繁忙：新用户的浏览器需解一道小题，以阻挡大批机器；新账号和未注册者的长回答可能被缩短。",
        Posture.SIEGE: "高压：优先服务已注册用户；新用户排队，访客在等候室等待。",
    },
    verdict="是攻击，还是人多？",
    no_verdict="尚未观察。",
    evidence="最有力的依据",
    would_change="什么会改变这个判断",
    incidents="事件",
    no_incidents="目前没有事件。",
    all_incidents="所有事件",
    automatic="由服务自动撰写",
    edited="编辑于",
    merged="此事件并入另一事件：",
    phase={"investigating": "调查中", "identified": "已查明", "monitoring": "观察中", "resolved": "已解决"},
    impact={"none": "无影响", "minor": "轻微影响", "major": "较大影响", "critical": "严重影响"},
    affects="涉及",
    maintenance="维护",
    stage={"scheduled": "已公告", "in_progress": "进行中", "completed": "已结束"},
    from_to="{begins} 至 {ends}",
    subscribe="订阅通知",
    subscribe_about="只通知事件和维护，随时可以退订。",
    feed="Atom 订阅源",
    by_mail="用邮件订阅",
    mail_address="邮箱地址",
    by_webhook="用 Webhook 订阅",
    webhook_address="Webhook 地址",
    webhook_about="我们会先发送一段验证内容，对方须原样返回。消息采用 Statuspage 的格式并带签名。",
    head="公开日志",
    head_about="本页的内容事后可以查证：判断、事件和管理者的操作都写入一份无法悄悄修改的日志。以下是最近一次签名的摘要。",
    no_head="尚未签名。",
    entries="条目",
    root="根哈希",
    for_programs="供程序读取",
    home="前往本服务",
    back="服务状态",
    lasts=("片刻", "{n} 分钟", "{n} 小时", "{n} 天"),
    date="{year} 年 {month} 月 {day} 日",
    notices={
        "mailed": ("请查看你的邮箱", "如果这个地址可以接收通知，带有链接的邮件已经发出。打开链接后才会订阅。"),
        "confirm": ("确认订阅？", "你将收到本服务的事件和维护通知。"),
        "subscribed": ("订阅成功", "每封通知里都有退订链接。"),
        "unsubscribe": ("不再接收通知？", "你可以随时重新订阅。"),
        "unsubscribed": ("已退订", "我们已删除这个地址。"),
        "webhook": (
            "Webhook 已订阅",
            "对方已通过验证。请保存下面的密钥，它只显示这一次，用于校验消息签名。打开第二个地址即可退订。",
        ),
        "dead": ("此链接无效", "它已过期，或已用于退订。"),
    },
    button={"confirm": "确认订阅", "unsubscribe": "退订"},
    secret="签名密钥",  # noqa: S106
)

LANGUAGES: Mapping[Language, Words] = {"en": ENGLISH, "zh": CHINESE}
