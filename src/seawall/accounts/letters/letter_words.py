"""What mails about an account say, in both languages of the app. Knows sentences; sends nothing.

Both in one mail: whose language it is, the service mostly does not know.
"""

from __future__ import annotations

from seawall.accounts.letters.letters import Letter


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
        f"Your account at {service} has a new password, and was signed out everywhere. If it was not you, set another\n"
        f"one at once: {forgot}\n\n"
        f"你在 {service} 的密码已修改，所有设备均已退出登录。如果不是你本人操作，请立即通过上面的链接重设密码。\n",
    )


def let_in(service: str, sign_in: str) -> Letter:
    """To whom an operator let in."""
    return Letter(
        "You can sign in now / 你现在可以登录了",
        f"An operator of {service} let you in. Sign in here: {sign_in}\n\n"
        f"{service} 的管理员已通过你的注册申请，请通过上面的链接登录。\n",
    )
