# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.text import words
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (None, []),
        ("", []),
        (" , \n", []),
        ("sg-a", ["sg-a"]),
        ("sg-a,sg-b", ["sg-a", "sg-b"]),
        ("sg-a, sg-b", ["sg-a", "sg-b"]),
        ("sg-a sg-b", ["sg-a", "sg-b"]),
        ("sg-a\r\nsg-b\n", ["sg-a", "sg-b"]),
        ("sg-a,\tsg-b,", ["sg-a", "sg-b"]),
        (12, ["12"]),
        ([], []),
        (["sg-a ", "", None, 7], ["sg-a", "7"]),
        (("sg-a", "sg-b"), ["sg-a", "sg-b"]),
        (["web servers", "a, b"], ["web servers", "a, b"]),
    ],
)
def test_words_of_a_text_and_items_of_a_list(value: object, found: list[str]) -> None:
    assert words(value) == found


@given(st.lists(st.text("abc-", min_size=1)), st.sampled_from([",", ", ", " ", "\n", "\r\n", ",\n", " , "]))
def test_a_list_and_the_text_of_it_are_the_same(items: list[str], separator: str) -> None:
    assert words(separator.join(items)) == words(items) == items
