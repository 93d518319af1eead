# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Evaluates a variable, and says in which entry and key it cannot be evaluated.

No sentence holds a template, a value, or the words of an error, which quote both: they may hold secrets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

Render = Callable[[object], object]
"""What makes a value of what may have templates in it; it raises what it likes."""

# The end, because ansible-core 2.18 says before it what the variable was found in.
UNDEFINED = re.compile(r"'(\w+)' is undefined$|Mandatory variable '(\w+)' +not defined\.?$")
NO_ATTRIBUTE = re.compile(r" has no attribute '(\w+)'$")


def evaluated(name: str, raw: object, render: Render) -> tuple[object, list[str]]:
    """Return the value of a variable, and a sentence for each part of it that has none."""
    value, problem = _tried(raw, render)
    if not problem:
        return value, []
    # Parts one by one take longer, so they are for finding the place only.
    return None, list(_parts(name, raw, render)) or [f"{name} {problem}"]


def _parts(name: str, raw: object, render: Render) -> Iterator[str]:
    for place, part in _places(name, raw, render):
        _value, problem = _tried(part, render)
        if problem:
            options = part.items() if isinstance(part, Mapping) else ()
            found = [f"{place}: {key} {why}" for key, value in options if (why := _tried(value, render)[1])]
            yield from found or [f"{place} {problem}"]


def _places(name: str, raw: object, render: Render) -> Iterator[tuple[str, object]]:
    if isinstance(raw, Mapping):
        yield from ((f"{name}['{key}']", part) for key, part in raw.items())
    for index, part in enumerate(raw if isinstance(raw, list) else ()):
        named = _tried(part.get("id"), render)[0] if isinstance(part, Mapping) else None
        yield f"{name}[{index}]" + (f" ({named})" if isinstance(named, str) and named else ""), part


def _tried(raw: object, render: Render) -> tuple[object, str | None]:
    """Return a value, or else why there is none."""
    try:
        return render(raw), None
    except Exception as error:
        return None, _reason(error, raw)


def _reason(error: Exception, raw: object) -> str:
    if missing := UNDEFINED.search(str(error)):
        return f"needs the variable '{missing[1] or missing[2]}', which is not defined"
    # What the template itself does not name may be the value of a variable.
    if (missing := NO_ATTRIBUTE.search(str(error))) and isinstance(raw, str) and missing[1] in raw:
        return f"needs '{missing[1]}' of a variable that does not have it"
    return f"could not be evaluated ({type(error).__name__}); check its template"
