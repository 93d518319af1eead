# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What files follow from the declarations of the kinds, and what is in them."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from yaml import YAMLError

from tests.generate import formats
from tests.generate.texts import Permission, Texts, read

ROOT = Path(__file__).resolve().parents[2]
UTILS = "plugins/module_utils"
COLLECTION = "ansible_collections.crosscloud.security_groups"

SECTION = re.compile(r"(<!-- (?P<what>[a-z]+)(?:: (?P<kind>\w+))? -->\n).*?(<!-- end -->)", re.DOTALL)
"""A part of a guide that is generated."""


@dataclass(frozen=True)
class Declared:
    """A kind: its name, the folder of its cloud, its declaration, and the texts of that."""

    name: str
    folder: str
    declaration: Any
    texts: Texts

    @property
    def group(self) -> str:
        """The action group of the cloud."""
        return str(self.declaration.cloud).replace(" ", "").lower()


def kinds() -> list[Declared]:
    """Return all kinds, which are the files in the folders of the clouds, in the order of the files."""
    # What is generated may be missing or wrong, so nothing of it is imported.
    if (collections := str(ROOT / "collections")) not in sys.path:
        sys.path.insert(0, collections)
    found = []
    for path in sorted((ROOT / UTILS).glob("_*/kinds/*.py")):
        if path.stem != "__init__":
            folder = path.parts[-3]
            declaration = import_module(f"{COLLECTION}.plugins.module_utils.{folder}.kinds.{path.stem}").DECLARATION
            try:
                texts = read(declaration.texts)
            except (TypeError, YAMLError) as error:
                raise SystemExit(f"{path.relative_to(ROOT)}: {error}") from None
            found.append(Declared(path.stem, folder, declaration, texts))
    return found


def files() -> Iterator[tuple[str, str]]:
    """Yield the path of each file that is generated, or has parts that are, and what has to be in it."""
    found = kinds()
    for kind in found:
        yield f"plugins/modules/{kind.name}_sg.py", _module(kind)
        yield f"plugins/modules/{kind.name}_sg_info.py", _info_module(kind)
        yield f"plugins/action/{kind.name}_sg.py", _text("plugins/action/attachments.py")
    yield f"{UTILS}/_description/kinds.py", _registry(found)
    names = [kind.name for kind in found]
    for module in ("attachments", "attachments_info"):
        yield f"plugins/modules/{module}.py", _with_choices(_text(f"plugins/modules/{module}.py"), names)
    yield "plugins/plugin_utils/_drift/schema.json", _schema(found)
    yield "meta/runtime.yml", _runtime(found)
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        text = path.read_text(encoding="utf-8")
        if SECTION.search(text):
            yield str(path.relative_to(ROOT)), _with_sections(text, found)


def _text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _rendered(template: str, **values: Any) -> str:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    names = ("a", "as_list", "block", "described", "items", "keyed", "listed", "sample", "scalar", "upper_first")
    environment.filters.update({name: getattr(formats, name) for name in names})
    return environment.get_template(template).render(values)


def _common(kind: Declared) -> dict[str, Any]:
    declaration, texts = kind.declaration, kind.texts
    noun = declaration.kind.noun
    return {
        "name": kind.name,
        "folder": kind.folder,
        "group": kind.group,
        "texts": texts,
        "cloud": declaration.cloud,
        "noun": noun,
        "a_noun": formats.a(noun),
        "plural": declaration.kind.plural,
        "ordered": declaration.kind.ordered,
        "clearable": declaration.kind.clearable,
        "ids": declaration.ids,
        "alias": declaration.id,
        "id": texts.id_word,
        "selector": declaration.selector,
        "selector_argument": declaration.selector_argument,
        "more": f"More of the {noun}, for people and reports. What {declaration.cloud} does not tell is null.",
        "message": f"{noun} {texts.sample.id}: {texts.sample.message}",
    }


def _module(kind: Declared) -> str:
    before, after = kind.texts.sample.before, kind.texts.sample.after
    stayed = [one for one in before if one in after], [one for one in after if one in before]
    moved = [new for old, new in zip(*stayed, strict=True) if old != new]
    return _rendered(
        "module.py.j2",
        **_common(kind),
        description=list(_description(kind)),
        notes=[_needed(kind.texts.permissions, writes=True), *kind.texts.notes_both, *kind.texts.notes],
        added=[one for one in after if one not in before],
        removed=[one for one in before if one not in after],
        moved=moved if kind.declaration.kind.ordered else [],
        imports=_imports(kind, "manage"),
    )


def _info_module(kind: Declared) -> str:
    texts, plain = kind.texts, kind.declaration.kind
    known = ", in the order in which they take effect" if not texts.order else ", in their order"
    order = known if plain.ordered else ""
    return _rendered(
        "info.py.j2",
        **_common(kind),
        description=[
            f"Shows which {texts.groups} are attached to {texts.resources}{order}.",
            *texts.description_info,
            f"{texts.nothing_found} {formats.upper_first(formats.a(plain.noun))} that cannot be read fails the task.",
        ],
        notes=[_needed(texts.permissions, writes=False), *texts.notes_both, *texts.notes_info],
        samples={key: detail.sample for key, detail in texts.details.items()},
        imports=_imports(kind, "inform"),
    )


def _description(kind: Declared) -> Iterator[str]:
    plain, texts, cloud = kind.declaration.kind, kind.texts, kind.declaration.cloud
    does = f"Attaches {texts.groups} to {texts.resources}, detaches them, "
    does += "puts them in order, " if plain.ordered else ""
    yield f"{does}or gives {plain.plural} exactly the groups that are named."
    yield from texts.description
    stay = "groups that the task does not speak of stay, those that somebody else attached in the meantime included."
    if plain.ordered:
        order = f"{texts.order} " if texts.order else "The groups take effect in the order of the list, and "
        yield (
            f"{order}{cloud} replaces the whole list with each write. "
            "This module reads the list, computes the whole new one, writes it with one call, and reads it back until "
            "it is as wanted. So there is never a list in between whose rules are neither the old nor the new ones, "
            f"and {stay}"
        )
        yield "A change of the order alone is a change."
    else:
        yield (
            f"{cloud} replaces the whole list with each write. This module reads the list, computes the whole new "
            f"one, writes it, and reads it back until it is as wanted, so {stay}"
        )
    yield (
        f"All {plain.plural} are read and planned before the first is written. What cannot succeed, such as an unknown "
        f"{plain.noun} or {texts.refused}, fails before anything is written, in check mode too."
    )
    if not plain.ordered:
        yield (
            f"{texts.order} The same groups in another order are not a change."
            if texts.order
            else f"The order of the groups means nothing to {cloud}, so the same groups in another order are no change."
        )


def _needed(permissions: Sequence[Permission], *, writes: bool) -> str:
    needed = [one for one in permissions if not one.optional and (writes or not one.writes)]
    always = [f"C({action})" for one in needed if not one.option for action in one.needs]
    note = f"Needs the permission{'s' if len(always) > 1 else ''} {formats.series(always)}"
    for one in needed:
        if one.option:
            note += f", and with {one.option} also {formats.series([f'C({action})' for action in one.needs])}"
    return f"{note}."


def _imports(kind: Declared, function: str) -> str:
    utils = f"from {COLLECTION}.plugins.module_utils"
    return "\n".join(
        sorted((f"{utils}._ansible.manage import {function}", f"{utils}.{kind.folder}.kinds import {kind.name}"))
    )


def _registry(found: Sequence[Declared]) -> str:
    imports = ["from .._ansible.declaration import Declaration"]
    for folder, group in groupby(found, lambda kind: kind.folder):
        names = [kind.name for kind in group]
        start = f"from ..{folder}.kinds import "
        line = start + ", ".join(names)
        imports.append(line if len(line) <= formats.WIDTH else start + "(\n    " + ",\n    ".join(names) + ",\n)")
    return _rendered("kinds.py.j2", imports="\n".join(sorted(imports)), names=[kind.name for kind in found])


def _with_choices(text: str, names: Sequence[str]) -> str:
    """Return the documentation of a module with the names as the choices of its option ``kind`` or ``kinds``."""
    option = re.compile(r"^( +)kinds?:\n(?:\1  .*\n)*?(?P<choices>\1  choices: \[[^]]*\])", re.MULTILINE)
    found = option.search(text)
    assert found
    return text.replace(found["choices"], formats.choices(names, len(found[1]) + 2))


def _schema(found: Sequence[Declared]) -> str:
    text = _text("plugins/plugin_utils/_drift/schema.json")
    clouds = dict.fromkeys(kind.declaration.cloud for kind in found)
    for key, values in (("cloud", list(clouds)), ("kind", [kind.name for kind in found])):
        before, start, rest = text.partition(f'        "{key}": {{"enum": [')
        after = rest.partition("]}")[2]
        text = before + formats.filled(f"{json.dumps([*values, None])[1:]}}}", start, 10) + after
    return text


def _runtime(found: Sequence[Declared]) -> str:
    before = _text("meta/runtime.yml").partition("action_groups:\n")[0]
    groups: dict[str, list[str]] = {}
    for kind in found:
        groups.setdefault(kind.group, []).extend((f"{kind.name}_sg", f"{kind.name}_sg_info"))
    return f"{before}action_groups:\n{formats.block(groups, 2)}\n"


def _with_sections(text: str, found: Sequence[Declared]) -> str:
    by_name = {kind.name: kind for kind in found}
    tables: Mapping[str, Callable[[Declared], str]] = {"permissions": _permissions, "calls": _calls}

    def section(match: re.Match[str]) -> str:
        body = tables[match["what"]](by_name[match["kind"]]) if match["kind"] else _kinds(found)
        return f"{match[1]}\n{body}\n{match[4]}"

    return SECTION.sub(section, text)


def _kinds(found: Iterable[Declared]) -> str:
    rows = []
    for kind in found:
        plain = kind.declaration.kind
        empty = "with `allow_empty`" if plain.clearable else "never"
        order = "yes" if plain.ordered else "no"
        rows.append([f"`{kind.name}`", kind.declaration.cloud, kind.texts.title, order, empty])
    return _table(["kind", "cloud", "resources", "order counts", "may be empty"], rows)


def _permissions(kind: Declared) -> str:
    rows = []
    for one in kind.texts.permissions:
        to = one.to
        if one.option:
            to += f", with `{one.option[2:-1]}`"
        if one.optional:
            to += " (optional)"
        rows.append([to, ", ".join(f"`{action}`" for action in one.needs)])
    return _table(["to", "permissions"], rows)


def _calls(kind: Declared) -> str:
    columns = list(kind.texts.calls[0])
    return _table(columns, [[str(row[column]) for column in columns] for row in kind.texts.calls])


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
