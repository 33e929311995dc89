import { bar, byId, count, el, icon } from "./dom.js";
import { nameOf } from "./languages.js";
import { choiceFields, isLanguage, state } from "./state.js";

const valuesShown = 8;
const opened = new Set(); // fields of which all values are shown

const labelOf = (field, value) => (isLanguage(field) && typeof value === "string" ? nameOf(value) : String(value));

/** The values that can be chosen, with how many documents have each, and what is chosen. */
export function showFilters(facets, search) {
  const panel = byId("filters");
  const fields = choiceFields().slice(0, 8);
  const choose = (field, key, is) => {
    const values = state.filters.get(field) ?? new Set();
    if (is) values.add(key);
    else values.delete(key);
    if (values.size > 0) state.filters.set(field, values);
    else state.filters.delete(field);
    search();
  };
  const focused = document.activeElement?.closest?.("[data-choice]")?.dataset.choice;
  const wasOpen = panel.querySelector("details")?.open;
  const groups = fields.map((field) => groupOf(field, facets[field.name], choose, () => showFilters(facets, search)));
  panel.hidden = groups.length === 0;
  const isWide = matchMedia("(min-width: 860px)").matches;
  panel.replaceChildren(el("details", { class: "filters-box", open: isWide || wasOpen },
    el("summary", {}, "Filters", state.filters.size > 0 ? el("span", { class: "filters-count" }, String([...state.filters.values()].reduce((sum, values) => sum + values.size, 0))) : null),
    ...groups));
  if (focused) panel.querySelector(`[data-choice="${CSS.escape(focused)}"]`)?.focus();

  byId("chosen").replaceChildren(...[...state.filters].flatMap(([field, values]) => [...values].map((key) =>
    el("button", { class: "chosen-chip", type: "button", "aria-label": `Remove filter ${field}: ${labelOf(field, JSON.parse(key))}`, onclick: () => choose(field, key, false) },
      el("span", { class: "field-name" }, field), ` ${labelOf(field, JSON.parse(key))}`, icon("M7 7l10 10M17 7 7 17")))));
}

function groupOf(field, counted, choose, redraw) {
  const chosen = state.filters.get(field.name) ?? new Set();
  // A chosen field shows all its values, so that one more can be chosen; the others what is left of them.
  const counts = new Map((chosen.size > 0 || !counted ? field.values : counted).map((entry) => [JSON.stringify(entry.value), entry.count]));
  for (const key of chosen) if (!counts.has(key)) counts.set(key, 0);
  const all = [...counts];
  const shown = opened.has(field.name) ? all : all.filter(([key], i) => i < valuesShown || chosen.has(key));
  const most = Math.max(1, state.description.documents);
  return el("fieldset", { class: "facet" },
    el("legend", {}, field.name),
    ...shown.map(([key, number]) => {
      const value = JSON.parse(key);
      const is = chosen.has(key);
      return el("button", { class: "choice", type: "button", "aria-pressed": String(is), dataset: { choice: `${field.name}=${key}` }, onclick: () => choose(field.name, key, !is) },
        el("span", { class: "choice-name" }, labelOf(field.name, value)),
        el("span", { class: "choice-count" }, count(number)),
        bar(number / most, "facet-bar"));
    }),
    all.length > shown.length || opened.has(field.name)
      ? el("button", { class: "link-like", type: "button", onclick: () => { if (!opened.delete(field.name)) opened.add(field.name); redraw(); } }, opened.has(field.name) ? "Fewer" : `${all.length - shown.length} more`)
      : null);
}
