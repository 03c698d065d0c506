"""Messages are signed as the published scheme has it, so that its libraries accept them."""

from __future__ import annotations

from seawall.webhooks.signature import secret_of, signed_headers


def test_the_schemes_own_example_comes_out_the_same():
    """From the specification at github.com/standard-webhooks/standard-webhooks."""
    headers = signed_headers(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1_614_265_330,
        b'{"test": 2432232314}',
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_a_secret_is_kept_as_the_scheme_writes_it():
    assert secret_of(bytes(24)) == "whsec_" + "A" * 32
