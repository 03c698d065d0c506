"""What each refusal means and what helps, for ``/docs``. Knows the sentences of docs/refusals.md; decides nothing."""

from __future__ import annotations

from typing import Final, NamedTuple

from seawall.values.refusal import Reason


class Told(NamedTuple):
    """``happened`` and ``helps`` are a sentence or two each; code stands between backticks."""

    happened: str
    helps: str


# A test holds these against docs/refusals.md, word for word.
TOLD: Final[dict[Reason, Told]] = {
    Reason.BROKEN_JSON: Told(
        "The body is not JSON, not UTF-8, nested too deep, or holds `NaN`.",
        "Send valid JSON.",
    ),
    Reason.INVALID_REQUEST: Told(
        "A field has the wrong type, is out of its bounds, or is missing; or a text holds half a character (a "
        "lone surrogate).",
        "Read the message: it names the field and what would be right.",
    ),
    Reason.UNKNOWN_FIELD: Told(
        "The request has a field that is not in the API.",
        "Check its spelling; the API's page lists all.",
    ),
    Reason.UNSUPPORTED_FIELD: Told(
        "The field exists in OpenAI's API, but this service or this model has no support for it.",
        "Leave it out, or choose another model.",
    ),
    Reason.MODEL_NOT_FOUND: Told(
        "There is no model of that name here.",
        "`GET /v1/models` lists the names; the message names the nearest.",
    ),
    Reason.NOT_FOUND: Told(
        "There is no such page, conversation or key, or it is not yours.",
        "Check the address.",
    ),
    Reason.METHOD_NOT_ALLOWED: Told(
        "The address exists, but not with this HTTP method.",
        "Use the method that `/docs` shows.",
    ),
    Reason.CONFLICT: Told(
        "It contradicts what is there: a mail address that is taken, an owner that exists already.",
        "Change what conflicts.",
    ),
    Reason.CONTEXT_LENGTH_EXCEEDED: Told(
        "The messages are longer than the model's context. The message says the limit and the count.",
        "Shorten them, or start a new conversation.",
    ),
    Reason.ENGINE_REJECTED: Told(
        "The engine will not answer this question; the message is the engine's reason.",
        "Change the question.",
    ),
    Reason.QUARANTINED: Told(
        "This very question was in flight when the engine crashed, twice. It is set aside, so that it cannot "
        "happen a third time.",
        "Change it, and tell the operator.",
    ),
    Reason.DEAD_LINK: Told(
        "The link is used, expired, revoked, or was not copied whole: an invite, one that confirms an address, or one "
        "that sets a new password. The message says which.",
        "Ask for a new one, as the message says.",
    ),
    Reason.BODY_TOO_LARGE: Told(
        "The request body is over the limit (`limits.body_bytes`), or a file over its own (`files`).",
        "Send less.",
    ),
    Reason.UNSUPPORTED_FILE: Told(
        "The file is of a kind that cannot be read here, or an image where no model sees. What counts is what is in "
        "the file, whatever it is called.",
        "Attach text in UTF-8, a PDF, or a PNG, JPEG, WebP or GIF image.",
    ),
    Reason.UNREADABLE_FILE: Told(
        "The file is empty, damaged, locked, holds pictures of text alone, or takes more memory or time to read than "
        "one may. The message says which.",
        "Do as the message says; nothing of the file was kept.",
    ),
    Reason.STORAGE_FULL: Told(
        "The account's files take up all the room that it has, or too many wait for a message.",
        "Delete conversations with large files, or send what waits.",
    ),
    Reason.HEADERS_TOO_LARGE: Told(
        "Request line and headers are over the limit (`edge.header_bytes`). Often it is cookies.",
        "Send fewer or shorter ones.",
    ),
    Reason.TOO_SLOW: Told(
        "The request came slower than the service waits for: its headers, or its body.",
        "Send it again over a steadier connection.",
    ),
    Reason.UNKNOWN_KEY: Told(
        "The API key is missing, unknown, revoked or past its end.",
        "Make one in the settings, or with `seawall key create`.",
    ),
    Reason.NOT_SIGNED_IN: Told(
        "There is no session, or it has ended.",
        "Sign in. A database fault never causes this.",
    ),
    Reason.WRONG_CREDENTIALS: Told(
        "Mail address and password do not match. The same is said, in the same time, for addresses that are not known.",
        "Check both.",
    ),
    Reason.NOT_ALLOWED: Told(
        "You are known, but your role or your key may not do this, or your account is disabled.",
        "Ask the owner, or use a key that may.",
    ),
    Reason.BLOCKED: Told(
        "The operator has shut out the network that the request came from (`seawall block`).",
        "Tell the operator if that is a mistake.",
    ),
    Reason.CROSS_SITE: Told(
        "A signed-in browser was sent here by another site, or the CSRF token is missing.",
        "Reload the page and do it there.",
    ),
    Reason.SIGNUP_CLOSED: Told(
        "Registration is closed here.",
        "If you have an account you can sign in as usual; else ask the operator for one.",
    ),
    Reason.INVITE_NEEDED: Told(
        "Registration here needs an invite, and none was shown.",
        "Ask an operator for one, and open its link.",
    ),
    Reason.DOMAIN_NOT_ALLOWED: Told(
        "Registration here needs an address at one of certain mail domains; the message names them.",
        "Use your address there, or ask an operator for an invite.",
    ),
    Reason.APPROVAL_PENDING: Told(
        "The account is made, and an operator has not let it in yet.",
        "Come back later; where the service sends mail, one tells you when.",
    ),
    Reason.WRONG_CODE: Told(
        "The code of an authenticator app is not the one of now or was used already, or a recovery code is none "
        "of the unused ones.",
        "Type the one that the app shows now; the sign-in need not be begun again.",
    ),
    Reason.PASSKEY_REFUSED: Told(
        "A passkey was not taken: it is not known here, took too long, did not look who you are, or its counter "
        "went back. Or the page is at an address where browsers know none.",
        "Read the message: it says which, and what to open or do instead.",
    ),
    Reason.PROOF_NEEDED: Told(
        "What guards the account is about to be changed, and the sign-in is too long ago to be enough.",
        "Send the password or a second factor along.",
    ),
    Reason.PROVIDER_REFUSED: Told(
        "Signing in through another service was cancelled, took too long, was begun in another browser, or what "
        "came back does not belong to it.",
        "Try again from the sign-in page; the operator sees the reason in the log.",
    ),
    Reason.NO_ACCOUNT: Told(
        "Whoever signed in through another service has no account here, and signing in that way makes none.",
        "Register, or ask for an invite; then connect it in the settings.",
    ),
    Reason.LINK_NEEDED: Told(
        "There is an account with the mail address that the other service told, and the address alone does not "
        "open it.",
        "Sign in as usual, then connect it in the settings.",
    ),
    Reason.SIGN_IN_AGAIN: Told(
        "The account has no password, so a sign-in of the last ten minutes has to show that it is you.",
        "Sign in again, then do it once more.",
    ),
    Reason.CHALLENGE_REQUIRED: Told(
        "The service is busy, so strangers show a solved puzzle, or a place that they have waited for, before "
        "they are let in. Or an operator challenges your network and your account is away from home.",
        "The pages do it by themselves; programs see the entrance; for an account's keys, sign in at the page from "
        "the same network.",
    ),
    Reason.CHALLENGE_FAILED: Told(
        "The solved puzzle is wrong, expired, used already, or was made for another network.",
        "Ask for a new one and solve that.",
    ),
    Reason.PLACE_LOST: Told(
        "The place in the waiting line is over, used already, or was given to another network.",
        "Take a new one.",
    ),
    Reason.TOO_MANY_ATTEMPTS: Told(
        "Too many sign-ins, or too many passwords are being checked at once.",
        "Wait, then try again.",
    ),
    Reason.SHARE_USED: Told(
        "Your account has as many questions waiting as it may have, or you asked again too often before the time "
        "that you were told, or your network's strangers used its share.",
        "Wait as long as `Retry-After` says: asking then costs nothing.",
    ),
    Reason.BUDGET_SPENT: Told(
        "The account, or the key, has used what it may use of a day or a month: requests, tokens, engine time or "
        "money. The message says which.",
        "Wait for the next day or month (UTC), or ask an operator for more (`seawall budget set`).",
    ),
    Reason.NO_ROOM: Told(
        "There is no room for your class: the line is full, your turn would come too late or did not come in "
        "time. Registered users at home are served first. The question was not asked.",
        "Try again after `Retry-After`.",
    ),
    Reason.REGISTRATION_BUSY: Told(
        "Registration is busy because of high demand. People with an account sign in and chat as usual. The "
        "body's `waiting` holds your place and how long it takes.",
        "Wait; the page tells more.",
    ),
    Reason.WAITING_ROOM: Told(
        "The service serves people with an account first just now. The body's `waiting` holds your place.",
        "Wait, or sign in.",
    ),
    Reason.ENGINE_FULL: Told(
        "The model server takes no more now.",
        "Try again after `Retry-After`.",
    ),
    Reason.ENGINE_UNAVAILABLE: Told(
        "The model server is starting or cannot be reached, or the service is being restarted. No token was sent.",
        "Try again in a few seconds.",
    ),
    Reason.ENGINE_FAILED: Told(
        "The model server failed, or the service is being restarted. After the first token it comes as the last "
        "event; what was said stands.",
        "Ask again.",
    ),
    Reason.MAIL_UNAVAILABLE: Told(
        "The mail server did not take the mail with the code, so it was not sent.",
        "Try again after a minute, or ask an operator to vouch for you.",
    ),
    Reason.PROVIDER_UNAVAILABLE: Told(
        "The service through which you sign in does not answer, or not in time.",
        "Try again shortly; passwords and passkeys work meanwhile.",
    ),
    Reason.RECORDS_UNAVAILABLE: Told(
        "The database cannot be read or written, so nothing could be kept. Nobody is signed out by it.",
        "Keep what you wrote and try again; the operator sees it in `/readyz`.",
    ),
    Reason.INTERNAL: Told(
        "A fault of ours. It is in the log under the answer's `X-Request-Id`.",
        "Report it with that id.",
    ),
}
