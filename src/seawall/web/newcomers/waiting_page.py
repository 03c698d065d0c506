"""The waiting room as HTML, made in advance but for its figures. Knows states and words; knows no line.

A page for somebody who has to wait must cost little more than sending him away: a language's page is cut into its
parts once, and what is filled in is escaped.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from math import ceil
from pathlib import Path
from string import Template
from typing import Literal
from urllib.parse import urlencode

from seawall.streaming.refusals import WAITING_ROOM
from seawall.values.place import PlaceTold
from seawall.web.newcomers.waiting_words import CHINESE, ENGLISH, Words

ASSETS = Path(__file__).parent / "waiting_assets"
_SIGN_IN = '<p><a class="button main" href="/login">{}</a></p>'
_FORM = '<form method="post" action="{}?lang={}">{}<button>{}</button></form>'
_FIELDS = (
    '<label for="email">{}<input id="email" name="email" type="email" autocomplete="username" autocapitalize="none" '
    'spellcheck="false" required value="{}"></label>'
    '<label for="password">{}<input id="password" name="password" type="password" autocomplete="new-password" '
    'minlength="8" required aria-describedby="hint"><span class="hint" id="hint">{}</span></label>'
)
_INVITE = (
    '<label for="invite">{}<input id="invite" name="invite" autocomplete="off" autocapitalize="none" '
    'spellcheck="false" required value="{}" aria-describedby="invite-hint">'
    '<span class="hint" id="invite-hint">{}</span></label>'
)
_TERMS = '<p><label><input type="checkbox" name="terms" value="yes" required> <a href="/terms">{}</a></label></p>'
_PLACE = '<input type="hidden" name="place" value="{}">'


@dataclass(frozen=True, slots=True)
class FormFields:
    """What the form asks for beside address and password."""

    invite: bool = False
    terms: bool = False


_SHORT = FormFields()


class WaitingPage:
    """One language's page. ``style`` and ``script`` are addresses."""

    def __init__(self, words: Words, style: str, script: str, fields: FormFields = _SHORT) -> None:
        self._words = words
        self._fields = fields
        self.lang = words.lang
        other = CHINESE if words is ENGLISH else ENGLISH
        frame = Template((ASSETS / "page.html").read_text(encoding="utf-8"))
        self._frame = Template(
            frame.safe_substitute(
                lang=words.lang,
                style=escape(style),
                script=escape(script),
                other=other.lang,
                other_name=other.name,
                why=escape(words.why),
            )
        )
        self._other = other.lang

    def waiting(self, place: PlaceTold, *, guest: bool) -> str:
        """How a place stands whose turn has not come."""
        words = self._words
        note = f'<p class="note" role="status">{escape(words.later)}</p>' if place.later else ""
        line = words.by_lot if place.by_lot else words.before(place.ahead)
        body = (
            f"<p>{escape(words.guest_about if guest else words.busy_about)}</p>{note}"
            f'<p class="when" data-state="waiting" aria-live="polite" aria-atomic="true"><span>{escape(words.turn_in)}'
            f"</span> <strong>{escape(words.span(place.wait_s))}</strong> <span>{escape(line)}</span></p>"
            f"<p>{escape(words.kept if place.numbered else words.joins)}</p>{_SIGN_IN.format(escape(words.sign_in))}"
            f'<p class="muted">{escape(words.after)}</p>'
        )
        title = words.guest if guest else words.busy
        return self._page(title, body, place=place.ticket, look_s=place.look_s, keep="" if guest else place.ticket)

    def form(self, place: PlaceTold | None, *, email: str = "", invite: str = "", refusal: str = "") -> str:
        """The form of whom nobody is before. ``refusal`` says what was wrong with it the last time."""
        words = self._words
        about = words.open_about if place is None else words.turn_about.format(n=ceil(place.claim_s / 60))
        fields = _FIELDS.format(escape(words.email), escape(email), escape(words.password), escape(words.password_hint))
        if self._fields.invite:
            fields += _INVITE.format(escape(words.invite), escape(invite), escape(words.invite_hint))
        if self._fields.terms:
            fields += _TERMS.format(escape(words.terms))
        token = "" if place is None else place.ticket
        form = _FORM.format(
            f"{WAITING_ROOM}/register",
            words.lang,
            fields + (_PLACE.format(escape(token)) if token else ""),
            escape(words.register),
        )
        body = f"{self._refused(refusal)}<p>{escape(about)}</p>{form}"
        return self._page(words.open if place is None else words.turn, body, place=token, keep=token)

    def awaited(self, what: Literal["mail", "approval"]) -> str:
        """For whom a mail, or an operator, comes between the form and the first sign-in."""
        words = self._words
        title, about = (words.mailed, words.mailed_about) if what == "mail" else (words.pending, words.pending_about)
        return self._page(title, f"<p>{escape(about)}</p>", keep="none")

    def ask(self, refusal: str = "") -> str:
        """For whom nothing is kept yet while places are."""
        words = self._words
        return self._page(words.ask, self._refused(refusal) + self._taking(words.ask_about, words.take))

    def over(self) -> str:
        """For a place that is none any more."""
        words = self._words
        return self._page(words.over, self._taking(words.over_about, words.again), keep="none")

    def closed(self) -> str:
        """Where nobody registers by himself."""
        words = self._words
        body = f"<p>{escape(words.closed_about)}</p>{_SIGN_IN.format(escape(words.sign_in))}"
        return self._page(words.closed, body, keep="none")

    def guest_turn(self, place: PlaceTold) -> str:
        """For a guest whose turn has come."""
        words = self._words
        about = escape(words.guest_turn_about.format(n=ceil(place.claim_s / 60)))
        form = _FORM.format(
            f"{WAITING_ROOM}/pass", words.lang, _PLACE.format(escape(place.ticket)), escape(words.guest_pass)
        )
        return self._page(words.guest_turn, f"<p>{about}</p>{form}", place=place.ticket)

    def guest_pass(self, token: str, good_s: float) -> str:
        """The pass itself."""
        words = self._words
        about = escape(words.guest_have_about.format(n=ceil(good_s / 60)))
        field = f'<label for="pass">{escape(words.guest_get)}<input id="pass" readonly value="{escape(token)}"></label>'
        return self._page(words.guest_have, f"{field}<p>{about}</p>")

    def why(self) -> str:
        """What people ask who wait."""
        words = self._words
        told = "".join(f"<h2>{escape(asked)}</h2><p>{escape(answer)}</p>" for asked, answer in words.answers)
        return self._page(words.why, told, path=f"{WAITING_ROOM}/why")

    def _taking(self, about: str, take: str) -> str:
        form = _FORM.format(f"{WAITING_ROOM}/place", self._words.lang, "", escape(take))
        sign_in = escape(self._words.sign_in)
        return f'<p>{escape(about)}</p>{form}<p><a href="/login">{sign_in}</a></p>'

    @staticmethod
    def _refused(sentence: str) -> str:
        return f'<p class="note" role="alert">{escape(sentence)}</p>' if sentence else ""

    def _page(
        self,
        title: str,
        body: str,
        *,
        place: str = "",
        look_s: float = 0.0,
        keep: str = "",
        path: str = WAITING_ROOM,
    ) -> str:
        asked = {"place": place} if place else {}
        address = f"{path}?{urlencode({**asked, 'lang': self._words.lang})}"
        refresh = f'<meta http-equiv="refresh" content="{ceil(look_s)};url={escape(address)}">' if look_s else ""
        return self._frame.substitute(
            title=escape(title),
            body=body,
            refresh=refresh,
            look=f"{look_s:g}" if look_s else "",
            keep=escape(keep),
            switch=escape(f"{path}?{urlencode({**asked, 'lang': self._other})}"),
        )
