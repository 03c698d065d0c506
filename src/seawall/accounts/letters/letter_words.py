"""What mails about an account say, in both languages of the app. Knows sentences; sends nothing.

Both in one mail: whose language it is, the service mostly does not know.
"""

from __future__ import annotations

from enum import Enum

from seawall.accounts.letters.letters import Letter


class Change(Enum):
    """What has changed of an account's locks, in both languages."""

    APP_ADDED = ("An authenticator app was added to your account", "你的账号新增了一个验证器应用")
    APP_REMOVED = ("The authenticator app of your account was removed", "你的账号移除了验证器应用")
    PASSKEY_ADDED = ("A passkey was added to your account", "你的账号新增了一个通行密钥")
    PASSKEY_REMOVED = ("A passkey of your account was removed", "你的账号移除了一个通行密钥")
    CODES_RENEWED = (
        "Your account has new recovery codes; those before are worth nothing any more",
        "你的账号生成了新的恢复码，旧恢复码已失效",
    )
    ALL_REMOVED = (
        "An operator removed all second factors of your account. Its password alone opens it now, and it was signed "
        "out everywhere",
        "管理员移除了你账号的全部二次验证方式。现在仅凭密码即可登录，所有设备均已退出登录",
    )


def confirm_address(service: str, url: str, hours: int) -> Letter:
    """To an address with which somebody registers."""
    return Letter(
        "Confirm your address / 请确认你的邮箱",
        f"Somebody, you we hope, registers at {service} with this address. Open this link and type the password\n"
        f"that you chose; then your account is made:\n\n{url}\n\n"
        f"The link is good for {hours} hours, and once. If it was not you, do nothing: there is no account then.\n\n"
        f"有人（希望是你本人）正在用这个邮箱注册 {service}。请打开上面的链接，并输入你设置的密码，账号随即生效。\n"
        f"链接 {hours} 小时内有效，仅可使用一次。如果不是你本人操作，请忽略本邮件，不会产生任何账号。\n",
    )


def known_already(service: str, sign_in: str, forgot: str) -> Letter:
    """To an address that has an account, with which somebody registers."""
    return Letter(
        "You have an account already / 你已有账号",
        f"Somebody, you we hope, wanted to register at {service} with this address, which has an account already.\n"
        f"Sign in: {sign_in}\nSet a new password if you have forgotten it: {forgot}\n\n"
        "If it was not you, do nothing: nothing has changed.\n\n"
        f"有人（希望是你本人）想用这个邮箱注册 {service}，但它已有账号。\n"
        "请通过上面的第一个链接登录；忘记密码请用第二个链接重设。\n"
        "如果不是你本人操作，请忽略本邮件，账号没有任何变化。\n",
    )


def new_password(service: str, url: str, minutes: int) -> Letter:
    """To who has forgotten a password."""
    return Letter(
        "Set a new password / 重设密码",
        f"Somebody, you we hope, asked for a new password of your account at {service}. Set it here:\n\n{url}\n\n"
        f"The link is good for {minutes} minutes, and once. With the new password you are signed out everywhere.\n"
        "If it was not you, do nothing: your password stays.\n\n"
        f"有人（希望是你本人）申请重设你在 {service} 的密码，请通过上面的链接设置新密码。\n"
        f"链接 {minutes} 分钟内有效，仅可使用一次。设置后，所有设备都会退出登录。\n"
        "如果不是你本人操作，请忽略本邮件，密码不会改变。\n",
    )


def no_password(service: str, sign_in: str) -> Letter:
    """To who asked for a new password of an account that has none."""
    return Letter(
        "Your account has no password / 你的账号没有密码",
        f"Somebody, you we hope, asked for a new password of your account at {service}. It has none:\n"
        f"you sign in there through your organisation: {sign_in}\n\n"
        f"有人（希望是你本人）申请重设你在 {service} 的密码。\n"
        "你的账号没有密码，请通过上面的链接使用你所在组织的账号登录。\n",
    )


def password_changed(service: str, forgot: str) -> Letter:
    """To who has a new password since a moment."""
    return Letter(
        "Your password was changed / 你的密码已修改",
        f"Your account at {service} has a new password, and whoever was signed in with the old one is signed out.\n"
        f"If it was not you, set another one at once: {forgot}\n\n"
        f"你在 {service} 的密码已修改，用旧密码登录的设备均已退出登录。\n"
        "如果不是你本人操作，请立即通过上面的链接重设密码。\n",
    )


def let_in(service: str, sign_in: str) -> Letter:
    """To whom an operator let in."""
    return Letter(
        "You can sign in now / 你现在可以登录了",
        f"An operator of {service} let you in. Sign in here: {sign_in}\n\n"
        f"{service} 的管理员已通过你的注册申请，请通过上面的链接登录。\n",
    )


def lock_changed(service: str, home: str, change: Change) -> Letter:
    """To whose account has one more or one less way to show who it is."""
    english, chinese = change.value
    return Letter(
        "The locks of your account have changed / 你的账号安全设置已更改",
        f"{english} ({service}).\n\n"
        "If it was you, there is nothing to do. If not, somebody else is in your account. Set a new password at once:\n"
        f"{home}/forgot\nThen look at your sessions and second factors: {home}/settings\n\n"
        f"{chinese}（{service}）。\n"
        "如果是你本人操作，无需处理。如果不是，说明有人进入了你的账号：请立即通过上面的第一个链接重设密码，\n"
        "再通过第二个链接检查登录设备和二次验证方式。\n",
    )


def somebody_waits(service: str, page: str, waiting: int) -> Letter:
    """To operators, where they let newcomers in."""
    people = "One person waits" if waiting == 1 else f"{waiting} people wait"
    return Letter(
        f"{people} to be let in / {waiting} 人等待审批",
        f"{people} at {service} to be let in by an operator. Look at who it is: {page}\n\n"
        f"{service} 有 {waiting} 人等待管理员审批，请通过上面的链接查看。\n",
    )


def invited(service: str, url: str, days: float) -> Letter:
    """To whom an operator invites."""
    lasts = "1 day" if days == 1 else f"{days:g} days"
    return Letter(
        f"You are invited to {service} / 邀请你加入 {service}",
        f"An operator of {service} invites you. Open this link and register with this address:\n\n{url}\n\n"
        f"The link is good for {lasts}. If you do not know what this is about, do nothing.\n\n"
        f"{service} 的管理员邀请你加入。请打开上面的链接，用这个邮箱注册，链接 {days:g} 天内有效。\n"
        "如果你不清楚这是什么，请忽略本邮件。\n",
    )
