"""``/openapi.json`` keeps its word: whatever is sent to an address, the answer is one that the document describes."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from chatting import talk
from running_service import RunningService, Serve

EXAMPLES = 15
# What is wrong may also be longer than any address or body that is read.
REFUSES = [400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429, 431, 503]
# It tells what happens for as long as somebody listens.
ENDLESS = "/api/events"
# They look at the speed of making examples, which is schemathesis' own.
EVERY_HEALTH_CHECK: Any = list(HealthCheck)
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@dataclass
class Caller:
    """Who sends: a program to ``/v1``, a browser to the rest; signing out would end the session of all others.

    ``real`` are ids of things that exist.
    """

    program: requests.Session
    browser: requests.Session
    leaving: requests.Session
    real: dict[str, str]

    def __post_init__(self) -> None:
        self._turn = cycle((True, False))

    def session_for(self, path: str) -> requests.Session:
        if path.startswith("/v1/"):
            return self.program
        return self.leaving if path == "/api/auth/logout" else self.browser

    def aim(self, case: Any) -> None:
        """Every second time at something that exists: an invented id would never see more than a 404."""
        for name in case.path_parameters or {}:
            if name in self.real and next(self._turn):
                case.path_parameters[name] = self.real[name]


def browser_of(service: RunningService) -> requests.Session:
    session = quiet()
    with service.owner() as owner:
        session.cookies.set("seawall_session", owner.cookies["seawall_session"])
        session.headers["x-csrf-token"] = owner.headers["x-csrf-token"]
    return session


def quiet() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # No proxy of this machine between us.
    return session


@pytest.fixture(scope="module")
def service(serve_for_all: Serve) -> RunningService:
    return serve_for_all("--engine", "echo:tokens=3")


@pytest.fixture(scope="module")
def document(service: RunningService) -> Any:
    config = SchemathesisConfig.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": REFUSES}}})
    return schemathesis.openapi.from_url(f"{service.url}/openapi.json", config=config)


@pytest.fixture(scope="module")
def caller(service: RunningService) -> Iterator[Caller]:
    with service.owner() as owner:
        begun = talk(owner, "Something to find.")[0][1]
        key_id = owner.post("/api/keys", json={"name": "to be revoked"}).json()["id"]
        member = owner.post("/api/auth/signup", json={"email": "m@example.org", "password": uuid.uuid4().hex}).json()
    program = quiet()
    program.headers["authorization"] = f"Bearer {service.key()}"
    real = {
        "conversation_id": begun["conversation"]["id"],
        "answer_id": begun["answer_id"],
        "key_id": key_id,
        "account_id": member["me"]["id"],
        "model_id": "echo",
    }
    with program, browser_of(service) as browser, browser_of(service) as leaving:
        yield Caller(program, browser, leaving, real)


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
def test_every_answer_is_as_the_document_says(
    document: Any, caller: Caller, subtests: pytest.Subtests, mode: GenerationMode
) -> None:
    tried = 0
    checks = [*CHECKS, negative_data_rejection] if mode is GenerationMode.NEGATIVE else CHECKS
    for found in document.get_all_operations():
        operation = found.ok()
        if operation.path == ENDLESS or (mode is GenerationMode.NEGATIVE and not takes_anything(operation)):
            continue
        with subtests.test(operation.label):
            hold(operation, caller, mode, checks)
            tried += 1
    assert tried > 10


def takes_anything(operation: Any) -> bool:
    """What takes nothing cannot be sent anything wrong, and neither can a body that is a file."""
    bodies = [body for body in operation.body if body.media_type != "application/octet-stream"]
    return any(len(list(part)) for part in (bodies, operation.query, operation.path_parameters))


def hold(operation: Any, caller: Caller, mode: GenerationMode, checks: list[Any]) -> None:
    """Sends what the document allows (or does not) to one address, and holds the answers against it."""

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=EVERY_HEALTH_CHECK
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def answers(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:  # Aiming would make what is wrong with an id right.
            caller.aim(case)
        case.call_and_validate(session=caller.session_for(operation.path), checks=checks)

    answers()


def test_every_address_of_the_contract_is_in_the_document(service: RunningService) -> None:
    with service.client() as client:
        paths = client.get("/openapi.json").json()["paths"].keys()
        assert client.get("/docs").status_code == 200
    assert {
        "/v1/chat/completions", "/v1/models", "/v1/models/{model_id}",
        "/api/auth/signup", "/api/auth/login", "/api/auth/logout", "/api/auth/me",
        "/api/auth/verify", "/api/auth/forgot", "/api/auth/reset", "/api/account", "/api/account/sessions",
        "/api/operator/invites", "/api/operator/pending",
        "/api/chat", "/api/conversations", "/api/conversations/{conversation_id}", "/api/keys", "/api/keys/{key_id}",
        "/livez", "/readyz", "/metrics",
    } <= paths  # fmt: skip
