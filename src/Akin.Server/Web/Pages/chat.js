import * as api from "./api.js";
import { bar, byId, el } from "./dom.js";
import { scriptOf } from "./languages.js";
import { startTheme } from "./theme.js";

/**
 * A conversation over one index. What an application answers is its own; asking, waiting and failing are the same for all.
 * @param {{intro: (index, examples) => Node, answer: (index, question, signal, threshold) => Promise<Node>, threshold: number}} application
 */
export async function startChat(application) {
  startTheme();
  const chat = byId("chat");
  const query = byId("query");
  const threshold = byId("threshold");
  const settings = await api.page().catch(() => ({}));
  if (settings.title) { document.title = settings.title; document.querySelector(".brand span").textContent = settings.title; }
  threshold.value = Math.round((settings.threshold ?? application.threshold) * 100);
  const tell = () => { byId("threshold-value").textContent = (threshold.value / 100).toFixed(2); };
  threshold.addEventListener("input", tell);
  tell();

  let index;
  try {
    const indexes = await api.indexes();
    if (indexes.length === 0) throw new Error("The server has no index.");
    index = await api.describe((indexes.find((one) => one.name === settings.index) ?? indexes[0]).name);
  } catch (error) {
    chat.replaceChildren(el("div", { class: "problem", role: "alert" }, error.message));
    return;
  }

  let running = null;
  const ask = async (question) => {
    running?.abort();
    const mine = (running = new AbortController());
    const place = el("div", { class: "answer" }, el("span", { class: "dots", role: "img", "aria-label": "Looking" }, el("i"), el("i"), el("i")));
    const turn = el("section", { class: "turn" }, el("p", { class: "said", lang: langOf(question) }, question), place);
    chat.append(turn);
    turn.scrollIntoView({ behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth", block: "start" });
    try {
      place.replaceWith(await application.answer(index, question, mine.signal, threshold.value / 100, ask));
    } catch (error) {
      place.replaceWith(error.name === "AbortError" ? el("div", { class: "answer unknown" }, "Stopped: another question came.") : el("div", { class: "problem", role: "alert" }, error.message));
    }
  };
  byId("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const question = query.value.trim();
    if (question === "") return;
    query.value = "";
    ask(question);
  });
  addEventListener("keydown", (event) => {
    if (event.key === "/" && event.target !== query && !document.querySelector("dialog[open]")) { event.preventDefault(); query.focus(); }
  });
  chat.append(application.intro(index, await examples(index), ask));
  document.body.dataset.ready = "true";
  if (matchMedia("(pointer: fine)").matches) query.focus();
}

export const langOf = (text) => ({ ko: "ko", zh: "zh", ja: "ja" })[scriptOf(text)] ?? null;

/** How sure an answer is: its score as a bar and a number. */
export const sureness = (score) => el("span", { class: "sure" }, bar(score, "meaning"), el("span", {}, `nearness ${score.toFixed(2)}`));

async function examples(index) {
  const offsets = [...new Set([0.04, 0.37, 0.71].map((share) => Math.floor(share * index.documents)))];
  const pages = await Promise.all(offsets.map((offset) => api.documents(index.name, offset, 1).catch(() => ({ documents: [] }))));
  return pages.flatMap((page) => page.documents);
}
