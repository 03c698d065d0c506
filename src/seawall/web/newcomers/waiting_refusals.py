"""What was wrong with the waiting room's form, in its reader's language. Knows sentences; decides nothing."""

from __future__ import annotations

from typing import Final

from seawall.accounts.passwords.passwords import LONGEST, SHORTEST
from seawall.values.refusal import Reason, Refusal

# By reason and field. English is the refusal's own.
_CHINESE: Final[dict[tuple[Reason, str | None], str]] = {
    (Reason.INVALID_REQUEST, "email"): "这不是邮箱地址，应类似 name@example.org。",
    (
        Reason.INVALID_REQUEST,
        "password",
    ): f"密码需要 {SHORTEST} 到 {LONGEST} 个字符，不能全是空格，也不能是常见密码或你的邮箱地址。",
    (Reason.INVALID_REQUEST, "accept_terms"): "请先阅读并同意本站的使用条款，再注册。",
    (Reason.INVITE_NEEDED, "invite"): "本站凭邀请注册。请向管理者索取邀请链接。",
    (Reason.DEAD_LINK, "invite"): "这个邀请无效、已过期或已用完，请索取新的邀请。",
    (Reason.DEAD_LINK, "email"): "这个邀请是发给另一个邮箱的，请使用那个邮箱注册，或索取新的邀请。",
    (Reason.DOMAIN_NOT_ALLOWED, "email"): "本站只接受特定域名的邮箱注册，请使用你所在组织的邮箱，或向管理者索取邀请。",
    (Reason.CONFLICT, "email"): "这个邮箱地址已有账号，请直接登录。",
    (Reason.SHARE_USED, "email"): "使用该邮箱域名注册的人很多，请稍后再试。",
    (Reason.SHARE_USED, None): "从你的网络注册的人很多，请稍后再试。",
    (Reason.TOO_MANY_ATTEMPTS, None): "当前注册和登录请求过多，请稍后再试。",
    (Reason.SIGNUP_CLOSED, None): "本站已关闭注册。已有账号的用户可以照常登录。",
}
_CHINESE_OTHERWISE: Final = "暂时无法完成注册，请稍后再试。"


def form_refusal(refusal: Refusal, lang: str) -> str:
    """The sentence beside the form; a general one where the language has none for it."""
    if lang == "en":
        return refusal.message
    return _CHINESE.get((refusal.reason, refusal.param), _CHINESE_OTHERWISE)
