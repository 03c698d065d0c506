"""A report is checked by a stranger: it holds as it was made, and no byte, verdict or word of it can be changed."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sealed_reports import SmallLog, a_bundle, a_material, some_windows
from seawall.safeguards.log_entry import EntryKind, canonical
from seawall.safeguards.merkle import Tree
from seawall.safeguards.report.bundle import BadBundle, bundled, unbundled
from seawall.safeguards.report.checking import Checked, check, held_against
from seawall.safeguards.report.sealing import Draft, draft_of

LOG = SmallLog()
TEXTS = some_windows()
MATERIAL = a_material(LOG, TEXTS)
BUNDLE = a_bundle(LOG, MATERIAL)


def sealed_with(log: SmallLog, **files: str) -> bytes:
    """Somebody with the key has sealed other files than follow from the material."""
    material = a_material(log, TEXTS)
    draft = draft_of(material, log.tree, log.head(), [str(log.signer.verifier)])
    changed = {name.replace("_", "."): text for name, text in files.items()}
    return a_bundle(log, material, replace(draft, files={**draft.files, **changed}))


def test_a_report_holds_as_it_was_made():
    checked = check(BUNDLE)

    assert isinstance(checked, Checked)
    assert (checked.replayed.windows, checked.replayed.verdicts, checked.replayed.missing) == (6, 6, ())
    assert checked.drawn_anew is True
    assert checked.material == MATERIAL


@given(some.integers(0, len(BUNDLE) - 1), some.integers(1, 255))
def test_any_one_changed_byte_is_found(at: int, by: int):
    changed = bytearray(BUNDLE)
    changed[at] ^= by

    with pytest.raises(BadBundle):
        check(bytes(changed))


@given(some.integers(0, len(BUNDLE) - 1))
def test_what_is_cut_off_is_found(size: int):
    with pytest.raises(BadBundle):
        check(BUNDLE[:size])


@given(some.binary(max_size=300))
def test_what_is_no_report_is_said_to_be_none(noise: bytes):
    with pytest.raises(BadBundle):
        check(noise)


@pytest.mark.parametrize("name", sorted(unbundled(BUNDLE)))
def test_no_file_can_be_exchanged_or_left_out(name: str):
    files = unbundled(BUNDLE)

    with pytest.raises(BadBundle):
        check(bundled({**files, name: files[name] + "\n"}))
    with pytest.raises(BadBundle):
        check(bundled({other: text for other, text in files.items() if other != name}))


def test_a_report_that_was_packed_anew_is_told_from_one_that_was_changed():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in unbundled(BUNDLE).items():
            archive.writestr(name, text)

    with pytest.raises(BadBundle, match="packed anew"):
        check(packed.getvalue())


def test_a_page_that_tells_another_story_is_found_even_under_a_seal():
    with pytest.raises(BadBundle, match=r"index\.html does not follow"):
        check(sealed_with(SmallLog(), index_html="<p>Nothing happened.</p>"))
    with pytest.raises(BadBundle, match=r"report\.json does not follow"):
        check(sealed_with(SmallLog(), report_json="{}\n"))


def test_a_verdict_that_does_not_follow_from_its_window_is_found_even_under_a_seal():
    log = SmallLog()

    with pytest.raises(BadBundle, match=r"A verdict does not follow from its window \(window 5\)"):
        check(a_bundle(log, a_material(log, with_another_verdict(4))))


def test_a_window_that_was_exchanged_is_not_the_one_that_the_log_hashed():
    log = SmallLog()
    material = a_material(log, TEXTS)
    exchanged = replace(material, windows=(*TEXTS[:-1], TEXTS[-1].replace('"complete":9', '"complete":99')))

    with pytest.raises(BadBundle, match="not those that the log has the hash of"):
        check(a_bundle(log, exchanged))


def test_windows_that_are_not_kept_any_more_are_told_and_no_lie():
    log = SmallLog()
    material = replace(a_material(log, TEXTS), windows=())

    checked = check(a_bundle(log, material))

    assert checked.replayed.missing == (2,)
    assert json.loads(unbundled(a_bundle(log, material))["report.json"])["windows_missing"] == [2]


def test_an_entry_that_was_never_in_the_log_is_found():
    log = SmallLog()
    material = a_material(log, TEXTS)
    head = log.head()
    draft = draft_of(material, log.tree, head, [str(log.signer.verifier)])
    forged = replace(material, entries={**material.entries, 1: material.entries[1].replace("siege", "normal")})
    forgery = draft_of(forged, log.tree, head, [str(log.signer.verifier)])

    with pytest.raises(BadBundle, match="Entry 1 is not in the log"):
        check(a_bundle(log, forged, Draft(forgery.files, draft.size)))


def with_another_verdict(number: int) -> list[str]:
    """Windows of which one has another verdict than this program finds."""
    texts = list(TEXTS)
    told = json.loads(texts[number])
    told["verdict"]["attack"]["middle"] = 0.01
    texts[number] = canonical(told)
    return texts


def test_verdicts_of_another_program_are_told_apart_and_are_no_forgery():
    log = SmallLog()
    checked = check(a_bundle(log, a_material(log, with_another_verdict(4), found_by="another")))

    assert (checked.replayed.windows, checked.replayed.verdicts, checked.replayed.otherwise) == (6, 5, 1)


def test_a_page_of_another_program_holds_and_is_not_drawn_anew():
    log = SmallLog()
    material = a_material(log, TEXTS, program="another")
    draft = draft_of(material, log.tree, log.head(), [str(log.signer.verifier)])
    otherwise = replace(draft, files={**draft.files, "index.html": "<p>Drawn otherwise.</p>"})

    assert check(a_bundle(log, material, otherwise)).drawn_anew is None


def test_a_head_of_the_same_log_fits_whenever_it_was_taken():
    log = SmallLog()
    first = log.head().note
    material = a_material(log, TEXTS)
    bundle = a_bundle(log, material)
    size, last = log.tree.size, log.head().note
    checked = check(bundle)
    log.append(EntryKind.POSTURE, {"posture": "normal"})
    later = log.head().note
    proof = [one.hex() for one in log.tree.consistency(size, log.tree.size)]

    assert held_against(checked, first, None) is None
    assert held_against(checked, last, None) is None
    assert held_against(checked, later, proof) is None
    assert "--consistency" in str(held_against(checked, later, None))


def test_a_head_of_another_past_does_not_fit():
    log, other = SmallLog(), SmallLog()
    other.append(EntryKind.POSTURE, {"posture": "normal"})
    checked = check(a_bundle(log, a_material(log, TEXTS)))

    assert "rewritten" in str(held_against(checked, other.head().note, None))
    while other.tree.size < log.tree.size:
        other.append(EntryKind.POSTURE, {"posture": "normal"})
    assert "another log" in str(held_against(checked, other.head().note, None))
    other.append(EntryKind.POSTURE, {"posture": "normal"})
    proof = [one.hex() for one in other.tree.consistency(log.tree.size, other.tree.size)]
    assert "another log" in str(held_against(checked, other.head().note, proof))
    assert "no signed tree head" in str(held_against(checked, "nothing", None))


class Page(HTMLParser):
    """What a page would fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "action")]


def test_the_page_runs_nothing_and_fetches_nothing_whatever_the_log_says():
    text = unbundled(BUNDLE)["index.html"]
    page = Page()
    page.feed(text)

    assert "script" not in page.tags
    assert page.addresses == []
    assert "&lt;script&gt;" in text
    assert "@import" not in text
    assert "url(" not in text


def test_the_page_tells_what_happened_with_plots():
    text = unbundled(BUNDLE)["index.html"]
    page = Page()
    page.feed(text)

    assert page.tags.count("svg") == 8  # Four, in two languages.
    assert page.tags.count("main") == page.tags.count("input") == 2
    assert "60 次提问中有 54 次得到答复（90.00%）" in text
    assert "发送的请求头像程序，不像浏览器" in text
    assert "203.0.0.0/16" in text
    assert "54 of 60 questions were served (90.00%)" in text
    assert "waiting_room" in text
    assert "2400" in text  # Of 400 in each of six windows.


def test_a_log_that_is_empty_has_no_proofs():
    with pytest.raises(ValueError, match="no entry 0"):
        Tree().inclusion(0, 0)
