"""Signed tree heads: readable as other logs' are, and worth nothing once a character is changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from seawall.safeguards.notes import BadNote, Head, Signer, head_in, verifier_of

SIGNER = Signer("seawall.log/test", bytes(range(32)))
NOTE = SIGNER.note(42, bytes(32))


def test_a_note_says_what_was_signed():
    assert SIGNER.verifier.open(NOTE) == head_in(NOTE) == Head("seawall.log/test", 42, bytes(32))


def test_a_note_and_a_key_of_another_implementation_are_read():
    """From the specification of signed notes: the log of the Go project's example."""
    verifier = verifier_of("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    note = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )

    with pytest.raises(BadNote, match="no signed tree head"):  # The signature holds; what it is under is no head.
        verifier.open(note)
    with pytest.raises(BadNote, match="not signed by"):
        verifier.open(note.replace("cryptography", "Cryptography"))


def test_a_key_is_told_and_read_back():
    assert verifier_of(str(SIGNER.verifier)) == SIGNER.verifier


def test_a_key_of_which_a_character_was_changed_is_told_as_such():
    name, _, rest = str(SIGNER.verifier).partition("+")
    with pytest.raises(BadNote, match="a character of it was changed"):
        verifier_of(f"{name}s+{rest}")


def test_a_signature_beside_others_counts():
    witness = Signer("a.witness/one", bytes(32))
    text, _, below = NOTE.rpartition("\n\n")
    with_witness = f"{text}\n\n— a.witness/one {witness.note(1, bytes(32)).split()[-1]}\n{below}"

    assert SIGNER.verifier.open(with_witness).size == 42


def test_another_key_of_the_same_name_does_not_sign():
    with pytest.raises(BadNote, match="not signed by the key"):
        Signer("seawall.log/test", bytes(32)).verifier.open(NOTE)


@given(some.integers(0, len(NOTE) - 1), some.characters(codec="utf-8"))
def test_no_character_of_a_note_can_be_changed(at: int, character: str):
    changed = NOTE[:at] + character + NOTE[at + 1 :]
    if changed == NOTE:
        return

    with pytest.raises(BadNote):
        SIGNER.verifier.open(changed)


@given(some.text(max_size=300))
def test_what_is_no_note_is_said_to_be_none(text: str):
    with pytest.raises(BadNote):
        head_in(text)
    with pytest.raises(BadNote):
        verifier_of(text)
