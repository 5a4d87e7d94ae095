"""Characters that XML and typesetters do not take."""

from __future__ import annotations

import re

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """The text with every character that XML 1.0 forbids shown as a replacement mark.

    >>> clean("a\\x00b")
    'a\\ufffdb'
    """
    return _FORBIDDEN.sub("\ufffd", text)
