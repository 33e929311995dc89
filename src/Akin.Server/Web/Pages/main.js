import * as api from "./api.js";
import { byId, el } from "./dom.js";
import { readAddress, state, writeAddress } from "./state.js";
import { startTheme } from "./theme.js";
import { startSearch, showSearch, focusQuery } from "./search.js";
import { startMap, showMap, forgetMap } from "./map.js";
import { startIndex, showIndex } from "./index-page.js";

const views = ["search", "map", "index"];

function showView() {
  for (const view of views) byId(`view-${view}`).hidden = view !== state.view;
  for (const link of document.querySelectorAll("[data-view]")) {
    if (link.dataset.view === state.view) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.body.dataset.view = state.view;
  if (state.view === "search") showSearch();
  else if (state.view === "map") showMap();
  else showIndex();
}

/** Goes to a view; what is searched for stays. */
export function go(view) {
  state.view = view;
  writeAddress({ push: true });
  showView();
}

async function chooseIndex(name) {
  state.index = name;
  state.description = null;
  forgetMap();
  state.description = await api.describe(name);
  document.title = `${name} – Akin`;
}

async function start() {
  startTheme();
  readAddress();
  const indexes = await api.indexes();
  const select = byId("index");
  if (indexes.length === 0) {
    byId("main").replaceChildren(noIndex());
    select.parentElement.hidden = true;
    return;
  }
  select.replaceChildren(...indexes.map((index) => el("option", { value: index.name }, index.name)));
  if (!indexes.some((index) => index.name === state.index)) state.index = indexes[0].name;
  select.value = state.index;
  select.parentElement.classList.toggle("only", indexes.length === 1);
  await chooseIndex(state.index);

  const parts = { go, reload: () => chooseIndex(state.index) };
  startSearch(parts);
  startMap(parts);
  startIndex(parts);
  select.addEventListener("change", async () => {
    state.filters.clear();
    state.similar = null;
    await chooseIndex(select.value);
    writeAddress({ push: true });
    showView();
  });
  for (const link of document.querySelectorAll("[data-view], .brand")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      go(link.dataset.view ?? "search");
    });
  }
  addEventListener("popstate", async () => {
    const before = state.index;
    readAddress();
    if (state.index !== before) await chooseIndex(state.index);
    select.value = state.index;
    showView();
  });
  byId("help-button").addEventListener("click", () => byId("help").showModal());
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) && event.target.type !== "range";
    if (event.key === "/" && !typing) {
      event.preventDefault();
      if (state.view !== "search") go("search");
      focusQuery();
    } else if (event.key === "?" && !typing) {
      byId("help").showModal();
    }
  });
  showView();
  if (state.view === "search" && matchMedia("(pointer: fine)").matches) focusQuery();
  document.body.dataset.ready = "true";
}

function noIndex() {
  return el("div", { class: "empty" },
    el("h1", {}, "No index yet"),
    el("p", {}, "The server runs, but it was started without an index. Make one and start the server with it:"),
    el("pre", {}, el("code", {}, "akin index add --input documents.jsonl --index documents.akin\nakin serve --index documents.akin")));
}

start().catch((error) => {
  byId("main").replaceChildren(el("div", { class: "empty", role: "alert" },
    el("h1", {}, "That did not work"),
    el("p", {}, error.message),
    el("button", { class: "button primary", type: "button", onclick: () => location.reload() }, "Try again")));
});
