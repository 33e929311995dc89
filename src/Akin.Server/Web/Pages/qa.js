import * as api from "./api.js";
import { count, counted, el, marked } from "./dom.js";
import { langOf, startChat, sureness } from "./chat.js";

const around = 500; // of a long source, so much before and behind the answer is shown

startChat({
  threshold: 0.3,

  intro: (index, examples, ask) => el("div", { class: "chat-intro" },
    el("h1", {}, "Ask the documents"),
    el("p", { class: "lead" }, `An answer is a sentence of one of ${count(index.documents)} documents, shown where it stands. Nothing is made up.`),
    el("div", { class: "examples" }, ...examples.map((entry) => entry.title).filter(Boolean).map((text) => el("button", { class: "example", type: "button", lang: langOf(text), onclick: () => ask(text) }, text)))),

  answer: async (index, question, signal, threshold) => {
    const canRerank = index.rerankers.length > 0;
    const found = await api.search(index.name, { query: question, count: 5, sentence: true, highlight: true, ...(canRerank ? { rerank: true } : {}) }, signal);
    // Of the best documents the one with the nearest sentence answers; where a re-ranker read them, its first one does.
    const withSentence = found.hits.filter((hit) => hit.sentence);
    const best = found.reranker ? withSentence[0] : withSentence.reduce((one, hit) => (hit.sentence.score > (one?.sentence.score ?? -2) ? hit : one), null);
    const steps = el("div", { class: "steps" },
      el("span", {}, `searched ${counted(index.documents, "document", "documents")}`),
      found.reranker ? el("span", {}, "re-ranked the best") : null,
      el("span", {}, `compared the sentences of ${found.hits.length}`),
      el("span", {}, `${Math.round(found.took_ms)} ms`));
    if (!best || best.sentence.score < threshold) {
      return el("div", { class: "answer unknown" },
        el("h2", {}, "I do not know."),
        el("p", {}, "No sentence of the documents is near enough to the question."),
        found.hits.length > 0 ? sources(found.hits, "What comes nearest") : null,
        steps);
    }
    const others = found.hits.filter((hit) => hit !== best);
    return el("div", { class: "answer" },
      el("p", { class: "answer-best", lang: langOf(best.text) }, best.text.slice(best.sentence.start, best.sentence.end)),
      el("blockquote", { class: "source", lang: langOf(best.text) }, source(best)),
      el("div", { class: "answer-foot" }, el("strong", { lang: best.title ? langOf(best.title) : null }, best.title || best.id), best.title ? el("span", {}, best.id) : null, sureness(best.sentence.score)),
      others.length > 0 ? sources(others, "Other places") : null,
      steps);
  },
});

function source(hit) {
  const start = Math.max(0, hit.sentence.start - around);
  const end = Math.min(hit.text.length, hit.sentence.end + around);
  return marked(hit.text, { start, end }, [], hit.sentence);
}

function sources(hits, title) {
  return el("details", { class: "others" }, el("summary", {}, title), el("ol", {}, ...hits.map((hit) => el("li", { class: "other-text", lang: langOf(hit.text) },
    el("strong", {}, hit.title || hit.id), el("br"), hit.sentence ? marked(hit.text, { start: Math.max(0, hit.sentence.start - 60), end: Math.min(hit.text.length, hit.sentence.end + 60) }, [], hit.sentence) : hit.text.slice(0, 200)))));
}
