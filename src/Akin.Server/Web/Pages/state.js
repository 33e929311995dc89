// What the page shows, and its address: a search can be sent to somebody as a link.

export const state = {
  view: "search",
  index: null,
  query: "",
  similar: null, // {id, label}: documents near to one are wanted
  meaning: null, // null: as learnt; 0: words alone … 1: meaning alone
  sentence: false,
  rerank: false,
  filters: new Map(), // field → Set of values as JSON
  description: null,
};

const views = ["search", "map", "index"];

export function readAddress() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  state.view = views.includes(path) ? path : "search";
  const given = new URLSearchParams(query ?? "");
  state.index = given.get("index") ?? state.index;
  state.query = given.get("q") ?? "";
  state.similar = given.get("like") ? { id: given.get("like"), label: given.get("as") ?? given.get("like") } : null;
  const meaning = Number.parseFloat(given.get("m") ?? "");
  state.meaning = meaning >= 0 && meaning <= 1 ? meaning : null;
  state.sentence = given.get("s") === "1";
  state.rerank = given.get("r") === "1";
  state.filters = new Map();
  for (const [name, value] of given) {
    if (!name.startsWith("f.")) continue;
    try {
      JSON.parse(value);
      state.filters.set(name.slice(2), (state.filters.get(name.slice(2)) ?? new Set()).add(value));
    } catch { /* not written by this page */ }
  }
}

export function writeAddress({ push = false } = {}) {
  const given = new URLSearchParams();
  if (state.index) given.set("index", state.index);
  if (state.query) given.set("q", state.query);
  if (state.similar) { given.set("like", state.similar.id); given.set("as", state.similar.label); }
  if (state.meaning !== null) given.set("m", String(state.meaning));
  if (state.sentence) given.set("s", "1");
  if (state.rerank) given.set("r", "1");
  for (const [field, values] of state.filters) for (const value of values) given.append(`f.${field}`, value);
  const address = `#/${state.view}?${given}`;
  if (address === location.hash) return;
  history[push ? "pushState" : "replaceState"](null, "", address);
}

/** The filter in the server's language; null where nothing is chosen. */
export function filterOf() {
  const filter = {};
  for (const [field, values] of state.filters) if (values.size > 0) filter[field] = { $in: [...values].map((value) => JSON.parse(value)) };
  return Object.keys(filter).length > 0 ? filter : null;
}

/** Fields with few values: what can be chosen by click, and shown in colours. */
export function choiceFields() {
  return (state.description?.fields ?? []).filter((field) => field.distinct_values >= 2 && field.distinct_values <= 60 && !field.name.startsWith("passage."));
}

/** Whether a field says in which language a document is. */
export const isLanguage = (field) => field === "lang" || field === "language";
