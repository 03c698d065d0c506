"""What the waiting room says, in English and in Chinese. Knows sentences; knows nobody who waits."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil


@dataclass(frozen=True, slots=True)
class Words:
    """One language. Fields in braces are figures."""

    lang: str
    name: str
    busy: str
    busy_about: str
    turn_in: str
    about_minutes: str
    about_seconds: str
    about_hours: str
    any_moment: str
    ahead: str
    ahead_one: str
    next_one: str
    by_lot: str
    kept: str
    joins: str
    later: str
    after: str
    sign_in: str
    turn: str
    turn_about: str
    open: str
    open_about: str
    ask: str
    ask_about: str
    take: str
    over: str
    over_about: str
    again: str
    closed: str
    closed_about: str
    email: str
    password: str
    password_hint: str
    register: str
    invite: str
    invite_hint: str
    terms: str
    mailed: str
    mailed_about: str
    pending: str
    pending_about: str
    guest: str
    guest_about: str
    guest_turn: str
    guest_turn_about: str
    guest_pass: str
    guest_get: str
    guest_have: str
    guest_have_about: str
    why: str
    answers: tuple[tuple[str, str], ...]

    def span(self, seconds: float) -> str:
        """A time in words: coarser the longer it is, and never shorter than it is."""
        if seconds <= 10:
            return self.any_moment
        if seconds < 60:
            return self.about_seconds.format(n=ceil(seconds / 10) * 10)
        if seconds < 90 * 60:
            return self.about_minutes.format(n=ceil(seconds / 60))
        return self.about_hours.format(n=f"{ceil(seconds / 1800) / 2:g}")

    def before(self, ahead: tuple[int, int]) -> str:
        """Between how many come before."""
        low, high = ahead
        if high == 0:
            return self.next_one
        return self.ahead_one if high == 1 else self.ahead.format(low=low, high=high)


ENGLISH = Words(
    lang="en",
    name="English",
    busy="Registration is busy",
    busy_about="Many people want in at once, so new ones come in one after another. "
    "If you have an account, you can sign in as usual.",
    turn_in="Your turn comes in",
    about_minutes="about {n} minutes",
    about_seconds="about {n} seconds",
    about_hours="about {n} hours",
    any_moment="a moment",
    ahead="Between {low} and {high} people are before you.",
    ahead_one="One person is before you.",
    next_one="You are next.",
    by_lot="Turns are drawn by lot, anew every hour, so that nobody gains by asking often.",
    kept="Your place is kept. This page starts by itself; you may also keep its address and come back later.",
    joins="Keep this page open: soon it puts you in the line, and it starts by itself when your turn comes. No place "
    "is kept until you stand in the line; whoever leaves before joins it when the page is opened again.",
    later="It takes longer than you were told before. We are sorry; your place is the same.",
    after="Once you have an account, you are served before everyone who has none.",
    sign_in="Sign in",
    turn="It is your turn",
    turn_about="Register within {n} minutes; then the next one has this place.",
    open="You can register now",
    open_about="Nobody is before you.",
    ask="Registration takes a moment",
    ask_about="Many people want in at once, so everybody waits a little. Take a place: it is kept for you.",
    take="Take a place",
    over="This place is not kept any more",
    over_about="Its turn is over, it has been used, or your network has changed. Take a new one.",
    again="Take a new place",
    closed="Registration is closed here",
    closed_about="If you have an account, you can sign in as usual; else ask whoever runs this service for one.",
    email="Mail address",
    password="Password",  # noqa: S106 - the label of a field
    password_hint="At least 8 characters.",  # noqa: S106
    register="Register",
    invite="Invite",
    invite_hint="What the link of your invite ends in, behind the #.",
    terms="I have read the terms and accept them",
    mailed="Look into your mailbox",
    mailed_about="A link that was sent to your address leads on. If nothing comes within some minutes, look among the "
    "spam, see that the address is right, and register again.",
    pending="An operator lets you in",
    pending_about="Your account is made, and waits for an operator of this service. Come back later and sign in.",
    guest="Guests wait just now",
    guest_about="The service is busy and serves people with an account first. "
    "If you have one, you can sign in as usual.",
    guest_turn="It is your turn",
    guest_turn_about="Take your pass within {n} minutes; then the next one has this place.",
    guest_pass="Take the pass",  # noqa: S106
    guest_get="Your pass",
    guest_have="This is your pass",
    guest_have_about="Send it as X-Seawall-Pass with each question. It is good for {n} minutes.",
    why="Why am I waiting?",
    answers=(
        (
            "What is happening?",
            "More people want to use this service than it can answer at once. It answers the people who have an "
            "account first, and lets new ones in as fast as there is room.",
        ),
        (
            "I have an account. Do I have to wait?",
            "No. Sign in as usual; this line is only for people who have none yet.",
        ),
        (
            "Is my place safe?",
            "Yes. It is in the address of this page and in your browser. You can reload, close the page and come back. "
            "It belongs to the network that you took it from; on another one, take a new place.",
        ),
        (
            "How sure is the time?",
            "It is what the line needs if everybody before you comes. Mostly it gets shorter. If it ever gets longer, "
            "the page says so.",
        ),
        (
            "What happens when it is my turn?",
            "The page starts by itself: it shows the form, or finishes the one that you had filled in. "
            "Your turn is kept for a while in case you are away.",
        ),
        (
            "Does it help to ask again and again, or from several windows?",
            "No. Places are counted by network, and asking more often moves nobody forward.",
        ),
        (
            "Why does my browser solve a puzzle?",
            "While it is busy, the service asks a little work of every newcomer's computer, which costs a machine that "
            "asks a thousand times a thousand times as much. Nothing about you is collected, and nobody else is asked. "
            "If your browser runs no scripts, you wait a minute or two instead.",
        ),
        (
            "How do I avoid waiting the next time?",
            "With an account. Once it is a week old and you have used it on three days, you are among those who are "
            "served first.",
        ),
    ),
)

CHINESE = Words(
    lang="zh",
    name="中文",
    busy="注册繁忙",
    busy_about="同时想加入的人很多，新用户按顺序进入。已有账号的用户可以照常登录。",
    turn_in="轮到你还需",
    about_minutes="约 {n} 分钟",
    about_seconds="约 {n} 秒",
    about_hours="约 {n} 小时",
    any_moment="片刻",
    ahead="你前面有 {low} 到 {high} 人。",
    ahead_one="你前面有 1 人。",
    next_one="下一位就是你。",
    by_lot="顺序每小时重新抽签决定，频繁请求不会更快。",
    kept="你的位置已保留。轮到你时本页会自动开始；你也可以保存网址，稍后再来。",
    joins="请保持本页打开：稍后它会让你进入队列，轮到你时自动开始。进入队列之前位置尚未保留；若提前离开，再次打开本页时才会进入队列。",
    later="等待时间比之前告知的要长，很抱歉。你的位置没有变。",
    after="有了账号之后，你会排在没有账号的人之前。",
    sign_in="登录",
    turn="轮到你了",
    turn_about="请在 {n} 分钟内注册，之后这个位置会让给下一位。",
    open="现在可以注册",
    open_about="你前面没有人。",
    ask="注册需要稍等",
    ask_about="同时想加入的人很多，每个人都要稍等片刻。请先取一个位置，我们会为你保留。",
    take="取一个位置",
    over="这个位置已失效",
    over_about="轮次已过、已被使用，或者你的网络变了。请重新取一个位置。",
    again="重新取位置",
    closed="本站已关闭注册",
    closed_about="已有账号的用户可以照常登录；没有账号请联系本站的管理者。",
    email="邮箱地址",
    password="密码",  # noqa: S106
    password_hint="至少 8 个字符。",  # noqa: S106
    register="注册",
    invite="邀请码",
    invite_hint="邀请链接中 # 后面的部分。",
    terms="我已阅读并同意使用条款",
    mailed="请查看你的邮箱",
    mailed_about="我们已向该邮箱发送链接，打开后即可继续。如果几分钟内没有收到，请查看垃圾邮件，确认地址无误后重新注册。",
    pending="等待管理者通过",
    pending_about="你的账号已创建，正在等待本站管理者通过。请稍后再来登录。",
    guest="访客现在需要等待",
    guest_about="服务繁忙，优先回答有账号的用户。已有账号的用户可以照常登录。",
    guest_turn="轮到你了",
    guest_turn_about="请在 {n} 分钟内领取通行码，之后这个位置会让给下一位。",
    guest_pass="领取通行码",  # noqa: S106
    guest_get="你的通行码",
    guest_have="这是你的通行码",
    guest_have_about="每次提问时以 X-Seawall-Pass 发送。有效期 {n} 分钟。",
    why="为什么要等待？",
    answers=(
        (
            "发生了什么？",
            "想使用本服务的人超过了它能同时回答的数量。它优先回答有账号的用户，并在有余力时尽快让新用户进入。",
        ),
        ("我有账号，也要等吗？", "不用。请照常登录；这里只有还没有账号的人在排队。"),
        (
            "我的位置会丢吗？",
            "不会。它保存在本页的网址和你的浏览器里，可以刷新、关闭后再回来。位置属于取号时的网络；换了网络请重新取一个。",
        ),
        ("时间准确吗？", "这是前面每个人都来时所需的时间，多半会更短。如果变长，本页一定会告诉你。"),
        (
            "轮到我时会怎样？",
            "本页会自动开始：显示注册表单，或者继续提交你已填写的内容。你暂时离开时，位置还会为你保留一段时间。",
        ),
        ("反复刷新或多开窗口有用吗？", "没有。位置按网络计算，请求再多也不会提前。"),
        (
            "为什么浏览器要解一道题？",
            "繁忙时，本服务请每位新来者的电脑做一点点计算；对请求上千次的机器来说，就是上千倍的代价。"
            "不收集你的任何信息，也不向第三方请求。浏览器不运行脚本时，等一两分钟即可。",
        ),
        ("下次怎样不用等？", "注册一个账号。账号满一周，并且在三天里使用过之后，你就属于优先服务的用户。"),
    ),
)
LANGUAGES = {"en": ENGLISH, "zh": CHINESE}


def language_of(asked: str, accepted: str) -> Words:
    """The language of ``?lang=``, else the first of ``Accept-Language`` that is spoken here."""
    if asked in LANGUAGES:
        return LANGUAGES[asked]
    for part in accepted.split(","):
        known = LANGUAGES.get(part.strip()[:2].lower())
        if known is not None:
            return known
    return ENGLISH
