"""What a message holds, and what it weighs."""

from __future__ import annotations

from seawall.values.content import IMAGE_CHARS, chars_of, image_part, images_in, text_part


def test_an_image_travels_as_itself():
    assert image_part("image/png", b"abc") == {
        "type": "image_url",
        "image_url": {"url": "data:image/png;base64,YWJj"},
    }


def test_content_weighs_its_text_and_so_much_for_each_image():
    parts = [text_part("four"), image_part("image/png", b"x"), image_part("image/gif", b"y")]
    assert chars_of(parts) == 4 + 2 * IMAGE_CHARS
    assert (chars_of("four"), chars_of(None)) == (4, 0)
    assert images_in([{"content": parts}, {"content": "none"}, {"content": None}, {}]) == 2
