// Elements are made of values, never of markup: what documents say is text and stays text.

/** Makes an element: el("p", {class: "x", onclick: f, "aria-label": "y"}, "text", child, …). Null children are left out. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "class") element.className = value;
    else if (key === "dataset") Object.assign(element.dataset, value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Puts children into an element, in place of what is there; null ones are left out. */
export function fill(parent, ...children) {
  parent.replaceChildren(...children.filter((child) => child !== null && child !== undefined && child !== false));
}

/** An icon of one path, drawn by strokes. */
export function icon(path) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(space, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

export const byId = (id) => document.getElementById(id);

/** A bar filled to a share of 0 to 1. */
export function bar(share, kind) {
  const inner = el("i", { class: kind });
  inner.style.width = `${Math.round(Math.max(0, Math.min(1, share)) * 1000) / 10}%`;
  return el("span", { class: "bar", "aria-hidden": "true" }, inner);
}

const numbers = new Intl.NumberFormat();
export const count = (number) => numbers.format(number);
export const counted = (number, one, many) => `${count(number)} ${number === 1 ? one : many}`;

/**
 * A part of a text with its marks: words of the query, and the sentence that is nearest to it.
 * Places are in UTF-16 units, as JavaScript counts.
 */
export function marked(text, part, marks, sentence) {
  const cuts = new Set([part.start, part.end]);
  const inside = (place) => place.end > part.start && place.start < part.end;
  const shown = marks.filter(inside);
  for (const place of sentence && inside(sentence) ? [...shown, sentence] : shown) {
    cuts.add(Math.max(place.start, part.start));
    cuts.add(Math.min(place.end, part.end));
  }
  const places = [...cuts].sort((a, b) => a - b);
  const pieces = document.createDocumentFragment();
  let holder = null; // the sentence's element, while we are in it
  for (let i = 0; i + 1 < places.length; i++) {
    const [start, end] = [places[i], places[i + 1]];
    const piece = text.slice(start, end);
    const isMarked = shown.some((mark) => mark.start <= start && mark.end >= end);
    const inSentence = sentence && sentence.start <= start && sentence.end >= end;
    const node = isMarked ? el("mark", {}, piece) : document.createTextNode(piece);
    if (inSentence) {
      if (!holder) pieces.append((holder = el("span", { class: "sentence" })));
      holder.append(node);
    } else {
      holder = null;
      pieces.append(node);
    }
  }
  if (part.start > 0) pieces.prepend("… ");
  if (part.end < text.length) pieces.append(" …");
  return pieces;
}
