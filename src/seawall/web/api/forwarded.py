"""Whom a front end asks for. Knows the names that front ends send; knows no account and keeps none of the names.

Open WebUI sends ``X-OpenWebUI-User-Id`` with ``ENABLE_FORWARD_USER_INFO_HEADERS=true``. LibreChat sends the headers of
its ``librechat.yaml``, where ``{{LIBRECHAT_USER_ID}}`` stands for the user, and the id as OpenAI's field ``user``.
"""

from __future__ import annotations

from hashlib import blake2b

from seawall.values.identity import Identity

# The first of these that is there. An id rather than a mail address: it is all that fairness needs.
HEADERS = (b"x-openwebui-user-id", b"x-librechat-user-id", b"x-user-id", b"x-openwebui-user-email")
# Ids and addresses are shorter; what is longer is told apart by its beginning.
_LONGEST = 320


def forwarded_user(identity: Identity, headers: dict[bytes, bytes], field: str) -> str | None:
    """A short name for the user, where this key may name any; the same for the same user under the same key.

    ``field`` is what the body names, in case no header does. Hashed, since the queue and the log need no name.
    """
    if not identity.front_end:
        return None
    named = next((value for name in HEADERS if (value := headers.get(name, b"").strip())), b"") or field.encode()
    if not named:
        return None
    return blake2b(named[:_LONGEST], key=(identity.key_id or "").encode()[:64], digest_size=8).hexdigest()
