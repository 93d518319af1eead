// Copyright (c) 2026, the crosscloud.security_groups authors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What the page can do besides being read: search, filter, group, sort, link and copy. Without it everything is there.
(() => {
  "use strict";
  const ALIKE = 3;
  const FILTERS = ["verdict", "cloud", "kind", "connection", "region", "scope", "group", "cause", "opens"];
  const ONLY = "security_group_attachments_only=";
  const OPENS = {internet: "to the internet", yes: "something"};
  const byId = (id) => document.getElementById(id);
  const tools = byId("tools"), list = byId("list");
  if (!tools) return;

  const make = (name, className, text = "") => {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
  };
  const together = (found, keyOf) => {
    const parts = new Map();
    for (const line of found) {
      const key = keyOf(line), part = parts.get(key);
      if (part) part.push(line);
      else parts.set(key, [line]);
    }
    return parts;
  };
  // What a noscript holds is text to a browser with scripts: markup that was escaped when the page was made.
  const takeOut = (noscript) => {
    const template = document.createElement("template");
    template.innerHTML = noscript.textContent;
    noscript.replaceWith(template.content);
  };
  const linesIn = (node) =>
    [...node.querySelectorAll(".line")].map((one) => ({
      node: one,
      ...one.dataset,
      index: Number(one.dataset.number),
      danger: Number(one.dataset.danger),
    }));
  const findings = linesIn(list), fine = [], folded = byId("fine");
  const inSync = Number(byId("total-in_sync").textContent);
  const packed = () => folded?.querySelector("noscript");
  const unpackOne = () => {
    const noscript = packed(), before = noscript.previousElementSibling;
    takeOut(noscript);
    const added = before.nextElementSibling;
    fine.push(...linesIn(added));
    if (before.matches(".lines")) {
      before.append(...added.children);
      added.remove();
    }
  };
  const unpack = () => {
    while (packed()) unpackOne();
  };
  const groupsOf = (line) => (line.groupSet ??= new Set(line.groups.split(" ")));
  const nodeText = (line) => (line.node.querySelector("summary") ?? line.node).textContent;
  const what = (line) => line.node.querySelector(".what").cloneNode(true);
  const title = (line) => line.node.querySelector(".what").textContent.replace(/\s+/g, " ").trim();
  const searched = (line) =>
    (line.text ??= `${nodeText(line)} ${line.groups} ${line.more ?? ""}`.replace(/\s+/g, " ").toLowerCase());
  const sections = new Map([...list.querySelectorAll("section")].map((node) => [node.dataset.part, node]));

  const state = {};
  const controls = [...tools.querySelectorAll("select")];
  const words = () => (state.q ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (line, wanted) =>
    FILTERS.every((key) => {
      if (!state[key]) return true;
      if (key === "group") return groupsOf(line).has(state.group);
      if (key === "opens") return line.opens === "internet" || (state.opens === "yes" && line.opens === "yes");
      return (line[key] ?? "") === state[key];
    }) && wanted.every((word) => searched(line).includes(word));

  const orders = {
    "": (one, other) => one.danger - other.danger || one.index - other.index,
    age: (one, other) => (one.since || "9").localeCompare(other.since || "9") || one.index - other.index,
    name: (one, other) => one.name.localeCompare(other.name) || one.index - other.index,
  };

  const entriesOf = (found) => {
    const nodes = [];
    for (const [, alike] of together(found, (line) => line.cause)) {
      if (alike.length < ALIKE || state.by === "cause") {
        nodes.push(...alike.map((line) => line.node));
        continue;
      }
      const inside = make("ul", "lines"), entry = make("li", "alike");
      const details = document.createElement("details"), summary = document.createElement("summary");
      summary.append(make("b", "", `${alike.length} resources`), " ", what(alike[0]));
      inside.append(...alike.map((line) => line.node));
      details.append(summary, inside);
      entry.append(details);
      nodes.push(entry);
    }
    return nodes;
  };

  const sectionOf = (key, found) => {
    const kept = state.by ? undefined : sections.get(key);
    const section = kept ?? document.createElement("section");
    if (!kept) {
      const heading = make("h2", "");
      if (state.by === "cause") heading.append(what(found[0]), " ");
      else heading.append(key || `no ${state.by}`, " ");
      heading.append(make("span", "count"));
      section.append(heading, make("ul", "lines"));
    }
    section.querySelector(".count").textContent = found.length;
    section.querySelector(".lines").replaceChildren(...entriesOf(found));
    return section;
  };

  const parts = (found) => {
    if (!state.by) {
      const by = together(found, (line) => line.verdict);
      return [...sections.keys()].filter((key) => by.has(key)).map((key) => [key, by.get(key)]);
    }
    // A line cannot be in two places, so it is with the first of its groups that differs.
    const group = (line) => line.node.querySelector(".chip code")?.textContent ?? line.groups.split(" ")[0];
    return [...together(found, (line) => (state.by === "group" ? group(line) : line[state.by]) ?? "")];
  };

  const block = (heading, text) => {
    const at = text.indexOf(ONLY) + ONLY.length;
    const pre = document.createElement("pre"), code = document.createElement("code");
    pre.tabIndex = 0;
    pre.setAttribute("aria-label", heading);
    code.append(text.slice(0, at), make("span", "long", text.slice(at)));
    pre.append(code);
    return [make("p", "", heading), pre];
  };

  const command = (found) => {
    const repaired = found.filter((line) => line.repair);
    const blocks = [...together(repaired, (line) => line.repair.split(ONLY)[0])].map(([start, each]) => {
      const box = make("div", "repair"), ids = each.map((line) => line.repair.split(ONLY)[1]);
      const repair = start + ONLY + ids.join(",");
      box.append(...block("Check what would change", `${repair} --check --diff`));
      box.append(...block(`Repair ${each.length} resource${each.length === 1 ? "" : "s"}`, repair));
      return box;
    });
    byId("all").replaceChildren(...blocks);
    byId("repairs").textContent = repaired.length;
    byId("commands").hidden = !blocks.length;
    if (byId("commands").open) blocks.forEach(buttons);
  };

  let drawn;
  const draw = () => {
    const now = JSON.stringify(state);
    if (drawn === now) return;
    const untouched = drawn === undefined && now === "{}";
    drawn = now;
    const filtered = state.q || FILTERS.some((key) => state[key]);
    byId("reset").hidden = now === "{}";
    controls.forEach((one) => (one.value = state[one.dataset.key] ?? ""));
    if (byId("q").value !== (state.q ?? "")) byId("q").value = state.q ?? "";
    // The page comes as it is shown first.
    const wanted = words();
    const found = filtered ? findings.filter((line) => fits(line, wanted)) : findings;
    byId("shown").textContent = `${findings.length} findings, ${inSync} in sync`;
    if (untouched) return;
    unpack();
    const others = filtered ? fine.filter((line) => fits(line, wanted)) : fine;
    if (filtered) {
      const all = `${others.length} of ${fine.length} in sync`;
      byId("shown").textContent = `${found.length} of ${findings.length} findings, ${all}`;
    }
    const sorted = [...found].sort(orders[state.sort ?? ""] ?? orders[""]);
    list.replaceChildren(...parts(sorted).map(([key, each]) => sectionOf(key, each)));
    byId("none").hidden = found.length + others.length > 0 || !filtered;
    if (folded) {
      folded.querySelector(".lines").replaceChildren(...others.map((line) => line.node));
      byId("fine-shown").textContent = filtered ? `${others.length} of ${fine.length}` : `all ${fine.length}`;
      byId("of-in_sync").hidden = !others.length;
      if (filtered && others.length && !found.length) folded.open = true;
    }
    command(sorted);
  };

  const read = () => {
    const given = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
    for (const key of Object.keys(state)) delete state[key];
    for (const key of ["q", ...FILTERS, "by", "sort"]) if (given.get(key)) state[key] = given.get(key);
  };
  const write = () => {
    const hash = new URLSearchParams(state).toString();
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  };
  const set = (key, value) => {
    delete state[key];
    if (value) state[key] = value;
    write();
    draw();
  };

  const choices = (key) => {
    const counted = new Map();
    const count = (value) => value && counted.set(value, (counted.get(value) ?? 0) + 1);
    unpack();
    const from = key === "cause" || key === "opens" ? findings : [...findings, ...fine];
    for (const line of from) key === "group" ? groupsOf(line).forEach(count) : count(line[key]);
    return [...counted].sort((one, other) => other[1] - one[1]);
  };
  const named = (key, value) => {
    if (key === "opens") return OPENS[value] ?? value;
    if (key === "verdict") return value.replaceAll("_", " ").replace("error", "not read");
    if (key === "cause") {
      const line = findings.find((one) => one.cause === value);
      return line ? title(line).slice(0, 80) : value;
    }
    if (key !== "group") return value;
    return called.get(value) ?? value;
  };
  const called = new Map();
  for (const code of list.querySelectorAll(".chip code")) {
    const name = code.nextElementSibling;
    if (name) called.set(code.textContent, `${code.textContent} ${name.textContent}`);
  }
  const fill = (select) => {
    const key = select.dataset.key;
    if (!FILTERS.includes(key) || select.options.length > 1) return;
    const found = choices(key);
    if (state[key] && !found.some(([value]) => value === state[key])) found.push([state[key], 0]);
    for (const [value, number] of found) select.add(new Option(`${named(key, value)} (${number})`, value));
    // What is the same everywhere is nothing to choose from.
    select.parentElement.hidden = key === "opens" ? !found.length : found.length < 2;
    select.value = state[key] ?? "";
  };

  const copied = async (text, button) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Pages that did not come by HTTPS have no clipboard, but a selection can be copied.
      const field = make("textarea", "sr");
      field.value = text;
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
      button.focus();
    }
    byId("said").textContent = "Copied";
    button.classList.add("done");
    setTimeout(() => button.classList.remove("done"), 1500);
  };
  const button = (label, text) => {
    const made = make("button", "copy", "Copy");
    made.type = "button";
    made.setAttribute("aria-label", label);
    made.addEventListener("click", () => copied(text(), made));
    return made;
  };
  const buttons = (within) => {
    for (const pre of within.querySelectorAll("pre")) {
      const heading = pre.previousElementSibling;
      if (heading.querySelector("button")) continue;
      heading.append(" ", button(`Copy: ${pre.getAttribute("aria-label")}`, () => pre.textContent));
    }
    const full = within.querySelector(".full");
    if (!full || full.querySelector("button")) return;
    const id = full.querySelector("code").textContent;
    const anchor = full.querySelector(".anchor");
    full.append(button(`Copy the ID ${id}`, () => id), " ");
    const link = button(`Copy a link to ${id}`, () => anchor.href);
    link.firstChild.data = "Copy link";
    full.append(link);
  };

  const card = (details) => {
    const noscript = details.querySelector("noscript");
    if (!noscript) return;
    takeOut(noscript);
    buttons(details);
  };

  const target = () => {
    const id = location.hash.slice(1);
    if (!id.startsWith("at-")) return;
    let line = findings.find((one) => one.at === id);
    if (!line) {
      unpack();
      line = fine.find((one) => one.at === id);
    }
    if (!line) return;
    if (!line.node.isConnected) {
      for (const key of Object.keys(state)) delete state[key];
      draw();
    }
    for (let at = line.node; at; at = at.parentElement) if (at.matches("details")) at.open = true;
    const own = line.node.querySelector("details");
    if (own) own.open = true;
    line.node.scrollIntoView();
    // Its own element comes later than the browser looks for it.
    own?.querySelector("summary").focus({preventScroll: true});
  };
  const arrived = () => {
    // A link to a finding leaves what is shown as it is, if it shows the finding.
    const id = location.hash.slice(1);
    if (!id || id.includes("=")) read();
    draw();
    target();
  };

  document.querySelectorAll(".tiles a[href]").forEach((one) => (one.href = `#verdict=${one.hash.slice(4)}`));
  document.addEventListener("toggle", (event) => {
    const node = event.target;
    if (!node.open) return;
    if (node === folded) unpack();
    else if (node.id === "commands") buttons(node);
    else if (node.parentElement?.matches(".line")) card(node);
  }, true);
  let waiting;
  byId("q").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => set("q", byId("q").value.trim()), 60);
  });
  controls.forEach((one) => {
    ["focus", "pointerdown"].forEach((event) => one.addEventListener(event, () => fill(one)));
    one.addEventListener("change", () => set(one.dataset.key, one.value));
  });
  const all = () => {
    for (const key of Object.keys(state)) delete state[key];
    write();
    draw();
  };
  tools.addEventListener("reset", (event) => (event.preventDefault(), all(), byId("q").focus()));
  tools.addEventListener("submit", (event) => event.preventDefault());
  byId("again").addEventListener("click", () => (all(), byId("q").focus()));
  addEventListener("hashchange", arrived);
  read();
  tools.hidden = false;
  byId("more").open = matchMedia("(min-width: 700px)").matches;
  draw();
  target();
  // On paper, few findings have their cards as they have without scripts.
  addEventListener("beforeprint", () => {
    if (!document.body.matches(".many")) list.querySelectorAll(".line > details").forEach(card);
  });
  const idle = self.requestIdleCallback ?? setTimeout;
  const later = () => {
    if (packed()) {
      unpackOne();
      idle(later);
    } else controls.forEach((one) => idle(() => fill(one)));
  };
  idle(later);
})();
