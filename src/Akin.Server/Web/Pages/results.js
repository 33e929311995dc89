import { bar, el, icon, marked } from "./dom.js";
import { badgeOf, isOther, langOf, nameOf } from "./languages.js";
import { isLanguage } from "./state.js";

const wholeLength = 420; // texts up to here are shown whole

/** A result: title, text with marks, fields, and how it was found. */
export function resultOf(hit, all, context) {
  const titleId = `hit-${hit.rank}`;
  const language = langOf(hit.language);
  const text = el("p", { class: "hit-text", lang: language });
  let isOpen = false;
  const draw = () => text.replaceChildren(marked(hit.text, isOpen ? { start: 0, end: hit.text.length } : partOf(hit), hit.highlights?.text ?? [], hit.sentence));
  draw();
  const why = whyOf(hit, all, context);
  const isLong = hit.text.length > wholeLength;
  const toggle = el("button", { class: "link-like", type: "button", "aria-expanded": "false" }, "Whole text");
  const open = (is) => {
    isOpen = is;
    toggle.textContent = is ? "Less" : "Whole text";
    toggle.setAttribute("aria-expanded", String(is));
    if (isLong) draw();
  };
  toggle.addEventListener("click", () => open(!isOpen));
  const item = el("li", { class: "result", tabindex: "-1", "aria-labelledby": titleId, "aria-posinset": hit.rank },
    el("div", { class: "hit-head" },
      el("span", { class: "rank", "aria-hidden": "true" }, String(hit.rank)),
      el("h2", { id: titleId, class: hit.title ? "" : "untitled", lang: hit.title ? language : null },
        hit.title ? marked(hit.title, { start: 0, end: hit.title.length }, hit.highlights?.title ?? [], null) : hit.id),
      languageBadge(hit, context)),
    text,
    el("div", { class: "hit-foot" },
      ...fieldsOf(hit),
      hit.title ? el("span", { class: "hit-id", title: "Identifier" }, hit.id) : null,
      el("span", { class: "hit-actions" },
        isLong ? toggle : null,
        el("button", { class: "link-like similar", type: "button", title: "Documents near to this one (s)", onclick: () => context.onSimilar(hit.id, hit.title || hit.text.slice(0, 60)) }, "Similar"))),
    why);
  item.addEventListener("akin:open", () => {
    const is = !(why?.open ?? isOpen);
    open(is);
    if (why) why.open = is;
  });
  return item;
}

function languageBadge(hit, context) {
  if (!hit.language) return null;
  const other = isOther(context.queryScript, hit.language);
  return el("span", { class: other ? "badge other" : "badge", title: other ? `${nameOf(hit.language)}: another language than the query` : nameOf(hit.language) },
    other ? icon("M7 7h11l-3-3M17 17H6l3 3") : null, badgeOf(hit.language));
}

/** The part of a long text to show: where the words are, or the nearest sentence. */
function partOf(hit) {
  const { text } = hit;
  if (text.length <= wholeLength) return { start: 0, end: text.length };
  if (hit.sentence && !(hit.highlights?.snippet && hit.sentence.start >= hit.highlights.snippet.start && hit.sentence.end <= hit.highlights.snippet.end)) {
    const start = Math.max(0, hit.sentence.start - 80);
    return tidy(text, start, Math.min(text.length, Math.max(hit.sentence.end + 80, start + 240)));
  }
  const part = hit.highlights?.snippet ?? { start: 0, end: 240 };
  return tidy(text, part.start, Math.min(text.length, part.end));
}

/** Never half of a surrogate pair. */
function tidy(text, start, end) {
  const isLow = (at) => at > 0 && at < text.length && text.charCodeAt(at) >= 0xdc00 && text.charCodeAt(at) <= 0xdfff;
  return { start: isLow(start) ? start - 1 : start, end: isLow(end) ? end + 1 : end };
}

function fieldsOf(hit) {
  return Object.entries(hit.fields ?? {})
    .filter(([name, value]) => !isLanguage(name) && name !== "passage" && value !== null && value !== "" && (typeof value !== "object" || Array.isArray(value)))
    .slice(0, 5)
    .map(([name, value]) => el("span", { class: "field" }, el("span", { class: "field-name" }, name), ` ${String(Array.isArray(value) ? value.filter((item) => typeof item !== "object").join(", ") : value).slice(0, 80)}`));
}

const number = (value) => (Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2));

/** How a document was found: what meaning, words and the re-ranker brought to its score. */
function whyOf(hit, all, context) {
  const explained = hit.explanation;
  if (!explained) return null;
  const kinds = ["meaning", "words"].filter((kind) => explained[kind]);
  const share = (entry, kind) => Math.max(0, entry.explanation?.[kind]?.share ?? 0);
  const most = Math.max(1e-9, ...all.map((entry) => share(entry, "meaning") + share(entry, "words")));
  const strip = el("span", { class: "strip", "aria-hidden": "true" }, ...kinds.map((kind) => {
    const piece = el("i", { class: kind });
    piece.style.width = `${(share(hit, kind) / most) * 100}%`;
    return piece;
  }));
  const summary = kinds.filter((kind) => explained[kind].rank).map((kind) => `${kind} #${explained[kind].rank}`).join(" · ") || "neither";
  return el("details", { class: "why" },
    el("summary", { title: "How this was found" }, strip, el("span", { class: "why-short" }, explained.rerank ? `re-rank #${explained.rerank.rank} · ${summary}` : summary)),
    el("dl", { class: "why-parts" },
      ...["meaning", "words"].map((kind) => partRow(kind, explained[kind], share(hit, kind) / most, context)),
      explained.rerank ? partRow("rerank", explained.rerank, 1 / (1 + Math.exp(-explained.rerank.score)), context) : null,
      el("div", { class: "why-total" }, el("dt", {}, "Score"), el("dd", {}, number(hit.score)))));
}

const names = { meaning: "Meaning", words: "Words", rerank: "Re-rank" };

function partRow(kind, part, filled, context) {
  if (!part) {
    return context.mode === "hybrid" && kind === "words"
      ? el("div", {}, el("dt", {}, names[kind]), el("dd", {}, bar(0, kind), el("span", { class: "why-value" }, "none of the words")))
      : null;
  }
  const place = part.rank ? `place ${part.rank}` : "not among the best";
  const unit = { meaning: "nearness", words: "BM25", rerank: "score" }[kind];
  return el("div", {},
    el("dt", {}, names[kind]),
    el("dd", {}, bar(filled, kind), el("span", { class: "why-value" }, `${unit} ${number(part.score)} · ${place}${context.mode === "hybrid" && kind !== "rerank" ? ` · brings ${number(part.share)}` : ""}`)));
}
