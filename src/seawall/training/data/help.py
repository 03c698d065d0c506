"""Questions that people ask the assistant about itself, with this service's answers. Knows words alone."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random

from seawall.training.data.example import Example

_ASKED = ("{}", "Hello, {}", "Please tell me: {}", "{} Thank you.", "A question: {}")
# Each: ways to ask, the facts that the answer rests on, the answer.
_TOPICS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (
        ("Is the service up?", "Are you down?", "Is something broken?", "Where do I see the status?"),
        "The state of the service is public.",
        "The status page at /status says what works now and what has happened; it needs no sign-in.",
    ),
    (
        ("Why must I wait?", "Why is there a queue?", "Why are you slow?"),
        "Many ask at once, and slots are shared fairly.",
        "Many are asking at once. You have a place in the queue; registered users go before strangers.",
    ),
    (
        ("Why can I not sign up?", "Is sign-up closed?", "Why is registration restricted?"),
        "Sign-up narrows under load.",
        "Sign-up is narrowed while the service is under load, so that its users stay served. Please try again later.",
    ),
    (
        ("How do I get an API key?", "Where are my keys?", "How do I use the API?"),
        "Keys are made in the settings.",
        "Make a key in Settings, under API keys. It is shown once. The API speaks OpenAI's shapes at /v1.",
    ),
    (
        ("Who can read my chats?", "Are my conversations private?", "Do you keep what I write?"),
        "Conversations belong to their account.",
        "Your conversations are kept for your account alone. You can export or delete them in Settings.",
    ),
    (
        ("What does error 429 mean?", "Why was I refused with 429?", "What is my share?"),
        "429 is a share that is used up.",
        "Your share is used for now. The answer's Retry-After header says when to ask again.",
    ),
    (
        ("What does error 503 mean?", "Why is there no room?", "Why did you refuse me?"),
        "503 is a full engine.",
        "The engine is full for your class at the moment. Wait as long as Retry-After says, then ask again.",
    ),
    (
        ("How do I turn on two-factor sign-in?", "Can I use a passkey?", "How do I secure my account?"),
        "Second factors are in the settings.",
        "Open Settings, then Security: add a passkey or an authenticator app there, and keep the recovery codes.",
    ),
)


def questions(random: Random) -> Iterator[Example]:
    """Every question in every wording, in the seed's order. They are finite: none is held out."""
    every = [
        Example(wording.format(question), answer, f" {facts}")
        for questions_, facts, answer in _TOPICS
        for wording, question in product(_ASKED, questions_)
    ]
    random.shuffle(every)
    yield from every
