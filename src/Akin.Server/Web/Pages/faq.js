import * as api from "./api.js";
import { count, el } from "./dom.js";
import { langOf, startChat, sureness } from "./chat.js";

// A question of the list is a document's title, or its text where the answer is a field of its own.
const questionOf = (entry) => entry.title || entry.fields?.question || entry.question || (answerField(entry) ? entry.text : "");
const answerField = (entry) => entry.fields?.answer ?? entry.answer;
const answerOf = (entry) => String(answerField(entry) ?? entry.text);
const short = (text) => (text.length > 120 ? `${text.slice(0, 118)}…` : text);

startChat({
  threshold: 0.35,

  intro: (index, examples, ask) => el("div", { class: "chat-intro" },
    el("h1", {}, "What would you like to know?"),
    el("p", { class: "lead" }, `${count(index.documents)} questions are answered here. Where none is near enough to yours, I say so.`),
    el("div", { class: "examples" }, ...examples.map((entry) => short(questionOf(entry))).filter(Boolean).map((text) => el("button", { class: "example", type: "button", lang: langOf(text), onclick: () => ask(text) }, text)))),

  answer: async (index, question, signal, threshold, ask) => {
    const { hits } = await api.search(index.name, { query: question, mode: "dense", count: 5 }, signal);
    const [best, ...others] = hits;
    if (!best || best.score < threshold) {
      return el("div", { class: "answer unknown" },
        el("h2", {}, "I do not know."),
        el("p", {}, best ? "No question here is near enough to yours. The nearest are:" : "There are no questions here yet."),
        hits.length > 0 ? list(hits.slice(0, 4), ask) : null);
    }
    return el("div", { class: "answer" },
      questionOf(best) ? el("h2", { lang: langOf(questionOf(best)) }, questionOf(best)) : null,
      el("p", { class: "answer-text", lang: langOf(answerOf(best)) }, answerOf(best)),
      el("div", { class: "answer-foot" }, sureness(best.score), el("span", {}, best.id)),
      others.length > 0 ? el("details", { class: "others" }, el("summary", {}, "Other questions that are near"), list(others, ask)) : null);
  },
});

/** Questions to click, each with its score. */
function list(hits, ask) {
  return el("ol", {}, ...hits.map((hit) => {
    const text = short(questionOf(hit) || hit.text);
    return el("li", {}, el("button", { class: "other-question", type: "button", onclick: () => ask(questionOf(hit) || hit.text) }, el("span", { lang: langOf(text) }, text), el("span", {}, hit.score.toFixed(2))));
  }));
}
