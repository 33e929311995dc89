import * as api from "./api.js";
import { byId, count, counted, el, fill, icon } from "./dom.js";
import { isOther, nameOf, scriptOf } from "./languages.js";
import { choiceFields, filterOf, state, writeAddress } from "./state.js";
import { resultOf } from "./results.js";
import { showFilters } from "./filters.js";

const pageSize = 10;
const pause = 140; // milliseconds after a letter: shorter than between two words, longer than between two letters

let parts;
let timer;
let running = null; // the search in progress; a newer one stops it
let shown = []; // hits on the page
let former = null; // of the request whose hits are on the page

export const shownHits = () => shown;
export const focusQuery = () => byId("query").focus();

export function startSearch(given) {
  parts = given;
  const query = byId("query");
  query.addEventListener("input", () => {
    state.query = query.value;
    state.similar = null;
    byId("clear").hidden = query.value.length === 0;
    clearTimeout(timer);
    timer = setTimeout(searchNow, pause);
  });
  byId("form").addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    searchNow({ push: true });
  });
  byId("clear").addEventListener("click", () => reset());
  query.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && (query.value || state.similar)) {
      event.preventDefault();
      reset();
    } else if (event.key === "ArrowDown" && shown.length > 0) {
      event.preventDefault();
      byId("results").firstElementChild.focus();
    }
  });
  byId("results").addEventListener("keydown", onResultKey);
  byId("more").addEventListener("click", showMore);

  const meaning = byId("meaning");
  meaning.addEventListener("input", () => {
    state.meaning = Number(meaning.value) / 100;
    showControls();
    clearTimeout(timer);
    timer = setTimeout(searchNow, pause);
  });
  byId("auto").addEventListener("click", () => {
    state.meaning = state.meaning === null ? Number(meaning.value) / 100 : null;
    showControls();
    searchNow();
  });
  for (const name of ["sentence", "rerank"]) {
    byId(name).addEventListener("click", () => {
      state[name] = !state[name];
      showControls();
      searchNow();
    });
  }
}

/** Shows the view as the state says. */
export function showSearch() {
  byId("query").value = state.similar ? "" : state.query;
  byId("clear").hidden = state.query.length === 0;
  byId("rerank").hidden = (state.description?.rerankers ?? []).length === 0;
  showControls();
  searchNow();
}

/** Searches for documents near to one. */
export function searchSimilar(id, label) {
  state.similar = { id, label };
  state.query = "";
  parts.go("search");
}

function reset() {
  state.query = "";
  state.similar = null;
  byId("query").value = "";
  byId("clear").hidden = true;
  searchNow();
  focusQuery();
}

function showControls() {
  const meaning = byId("meaning");
  if (state.meaning !== null) meaning.value = Math.round(state.meaning * 100);
  meaning.style.setProperty("--at", `${meaning.value}%`);
  const ends = { 0: "words only", 100: "meaning only" };
  meaning.setAttribute("aria-valuetext", `${ends[meaning.value] ?? `${meaning.value} % meaning`}${state.meaning === null ? ", learnt" : ""}`);
  byId("auto").setAttribute("aria-pressed", String(state.meaning === null));
  byId("sentence").setAttribute("aria-pressed", String(state.sentence));
  byId("rerank").setAttribute("aria-pressed", String(state.rerank));
}

function requestOf() {
  const filter = filterOf();
  const request = { count: pageSize, explain: true, facets: choiceFields().slice(0, 8).map((field) => field.name) };
  if (filter) request.filter = filter;
  if (state.similar) return { ...request, similar_to: state.similar.id };
  const mode = state.meaning === 0 ? "words" : state.meaning === 1 ? "dense" : "hybrid";
  Object.assign(request, { query: state.query, mode, highlight: true });
  if (mode === "hybrid" && state.meaning !== null) request.meaning = state.meaning;
  if (state.sentence) request.sentence = true;
  if (state.rerank && !byId("rerank").hidden) request.rerank = true;
  return request;
}

export async function searchNow({ push = false } = {}) {
  running?.abort();
  writeAddress({ push });
  byId("problem").hidden = true;
  if (!state.similar && state.query.trim() === "") {
    running = null;
    byId("busy").hidden = true;
    await (state.filters.size > 0 ? browse() : showWelcome());
    return;
  }
  const mine = (running = new AbortController());
  const request = requestOf();
  busy(true);
  try {
    const answer = await api.search(state.index, request, mine.signal);
    if (running !== mine) return;
    former = request;
    show(answer, request);
  } catch (error) {
    if (error.name === "AbortError" || running !== mine) return;
    fail(error);
  } finally {
    if (running === mine) busy(false);
  }
}

/** Documents that fulfil the filters, in the order they were added: nothing is asked yet. */
async function browse() {
  const mine = (running = new AbortController());
  busy(true);
  try {
    const page = await api.documents(state.index, 0, pageSize * 2, mine.signal, filterOf());
    if (running !== mine) return;
    shown = page.documents.map(({ id, title, text, ...fields }, i) => ({ id, title, text, fields, rank: i + 1, language: typeof fields.lang === "string" ? fields.lang : null }));
    byId("welcome").hidden = true;
    byId("more").hidden = true;
    byId("status").replaceChildren(el("span", {}, `${shown.length < page.total ? `The first ${count(shown.length)} of ` : ""}${counted(page.total, "document", "documents")} with these values`));
    byId("results").replaceChildren(...shown.map((hit) => resultOf(hit, shown, { onSimilar: searchSimilar })));
    showFilters({}, searchNow);
  } catch (error) {
    if (error.name !== "AbortError" && running === mine) fail(error);
  } finally {
    if (running === mine) busy(false);
  }
}

function busy(is) {
  byId("busy").hidden = !is;
  byId("results").setAttribute("aria-busy", String(is));
}

function fail(error) {
  shown = [];
  byId("results").replaceChildren();
  byId("more").hidden = true;
  byId("welcome").hidden = true;
  byId("status").textContent = "";
  const isQuery = error.field === "query";
  byId("problem").hidden = false;
  fill(byId("problem"),
    el("strong", {}, isQuery ? "The query cannot be read yet. " : "That did not work. "),
    el("span", {}, error.message),
    isQuery ? null : el("button", { class: "button", type: "button", onclick: () => searchNow() }, "Try again"));
}

function show(answer, request) {
  shown = answer.hits;
  byId("welcome").hidden = true;
  if (typeof answer.meaning === "number" && state.meaning === null) {
    byId("meaning").value = Math.round(answer.meaning * 100);
    showControls();
  }
  showStatus(answer, request);
  byId("results").replaceChildren(...shown.map((hit) => resultOf(hit, shown, context(answer))));
  byId("more").hidden = answer.hits.length < request.count;
  showFilters(answer.facets ?? {}, searchNow);
  if (shown.length === 0) byId("results").replaceChildren(nothingFound());
}

const context = (answer) => ({ mode: answer.mode, queryScript: scriptOf(state.query), reranked: Boolean(answer.reranker), onSimilar: searchSimilar });

function showStatus(answer, request) {
  const languages = new Map();
  for (const hit of shown) if (hit.language) languages.set(hit.language, (languages.get(hit.language) ?? 0) + 1);
  const mixed = [...languages].sort((a, b) => b[1] - a[1]);
  const hits = shown.length === 0 ? "Nothing found"
    : state.similar ? `Near to “${state.similar.label}”`
    : `${shown.length < request.count ? counted(shown.length, "document", "documents") : `The best ${count(shown.length)} of ${count(state.description.documents)}`}`;
  fill(byId("status"),
    el("span", {}, hits),
    mixed.length > 1 ? el("span", { class: "mix" }, ...mixed.flatMap(([code, number]) => [el("span", { class: isOther(scriptOf(state.query), code) ? "mix-other" : "" }, `${nameOf(code)} ${number}`)])) : null,
    el("span", { class: "took" }, `${answer.took_ms < 10 ? answer.took_ms.toFixed(1) : Math.round(answer.took_ms)} ms`));
}

function nothingFound() {
  const hints = [];
  if (state.filters.size > 0) hints.push(el("button", { class: "button", type: "button", onclick: () => { state.filters.clear(); searchNow(); } }, "Search without filters"));
  if (state.meaning === 0) hints.push(el("button", { class: "button", type: "button", onclick: () => { state.meaning = null; showControls(); searchNow(); } }, "Search by meaning too"));
  return el("li", { class: "nothing" },
    el("h2", {}, "Nothing found"),
    el("p", {}, state.meaning === 0 ? "No document has these words." : state.filters.size > 0 ? "No document fulfils the filters." : "The index is empty."),
    el("p", {}, ...hints));
}

async function showMore() {
  const button = byId("more");
  button.disabled = true;
  const mine = (running = new AbortController());
  busy(true);
  try {
    const { facets: _, ...request } = former;
    const answer = await api.search(state.index, { ...request, offset: shown.length }, mine.signal);
    if (running !== mine) return;
    const first = shown.length;
    shown = [...shown, ...answer.hits];
    byId("results").append(...answer.hits.map((hit) => resultOf(hit, shown, context(answer))));
    button.hidden = answer.hits.length < former.count;
    byId("results").children[first]?.focus();
    byId("status").firstElementChild.textContent = `The best ${count(shown.length)} of ${count(state.description.documents)}`;
  } catch (error) {
    if (error.name !== "AbortError") fail(error);
  } finally {
    button.disabled = false;
    if (running === mine) busy(false);
  }
}

function onResultKey(event) {
  const item = event.target.closest(".result");
  if (!item || event.target !== item) {
    if (event.key === "Escape") { event.preventDefault(); focusQuery(); }
    return;
  }
  const moves = { ArrowDown: item.nextElementSibling, ArrowUp: item.previousElementSibling ?? byId("query"), Home: item.parentElement.firstElementChild, End: item.parentElement.lastElementChild };
  if (event.key in moves) {
    event.preventDefault();
    moves[event.key]?.focus();
  } else if (event.key === "Enter" || event.key === " ") {
    event.preventDefault();
    item.dispatchEvent(new CustomEvent("akin:open"));
  } else if (event.key === "s") {
    item.querySelector(".similar")?.click();
  } else if (event.key === "Escape") {
    event.preventDefault();
    focusQuery();
  }
}

// ---- before anything is asked

let welcomed = null;

async function showWelcome() {
  shown = [];
  byId("results").replaceChildren();
  byId("more").hidden = true;
  byId("status").replaceChildren();
  showFilters({}, searchNow);
  const welcome = byId("welcome");
  welcome.hidden = false;
  const version = `${state.index} ${state.description.documents}`;
  if (welcomed === version) return;
  welcomed = version;
  const { description } = state;
  fill(welcome,
    el("h1", {}, description.documents === 0 ? "The index is empty" : "What are you looking for?"),
    description.documents === 0
      ? el("p", {}, "Add documents first: ", el("a", { href: "#/index", onclick: (event) => { event.preventDefault(); parts.go("index"); } }, "drop a file into the index"), ".")
      : el("p", { class: "lead" }, `${counted(description.documents, "document", "documents")}${languagesText(description)}. Ask in your own language: what is near in meaning is found in every language the model knows.`),
    el("div", { class: "examples", id: "examples" }));
  if (description.documents > 0) {
    try {
      byId("examples")?.replaceChildren(...(await examples(description)));
    } catch { /* examples are not needed */ }
  }
}

function languagesText(description) {
  const known = description.languages.filter((entry) => typeof entry.value === "string").slice(0, 4).map((entry) => nameOf(entry.value));
  return known.length > 1 ? ` in ${known.slice(0, -1).join(", ")} and ${known.at(-1)}` : known.length === 1 ? ` in ${known[0]}` : "";
}

/** A few titles or first sentences of documents from different places and languages. */
async function examples(description) {
  const places = [0, 0.31, 0.52, 0.71, 0.87].map((share) => Math.floor(share * description.documents));
  const pages = await Promise.all([...new Set(places)].map((offset) => api.documents(state.index, offset, 1)));
  const texts = pages.flatMap((page) => page.documents).map((document) => (document.title || document.text.split(/(?<=[.!?。！？])\s*/u)[0]).slice(0, 90)).filter((text) => text.trim());
  return [...new Set(texts)].map((text) => el("button", {
    class: "example", type: "button", lang: { ko: "ko", zh: "zh", ja: "ja" }[scriptOf(text)] ?? null,
    onclick: () => {
      state.query = byId("query").value = text;
      byId("clear").hidden = false;
      searchNow({ push: true });
      focusQuery();
    },
  }, icon("M11 4.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM16 16l4.5 4.5"), el("span", {}, text)));
}

