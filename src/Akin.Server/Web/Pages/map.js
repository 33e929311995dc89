import * as api from "./api.js";
import { byId, count, el } from "./dom.js";
import { nameOf } from "./languages.js";
import { choiceFields, isLanguage, state } from "./state.js";
import { searchSimilar, shownHits } from "./search.js";

// Colours that most eyes tell apart, for light and dark; what is beyond them is grey.
const colours = {
  light: ["#4754c9", "#c2660c", "#17806b", "#b03a8c", "#8a6d00", "#1f7fb8", "#b3402e", "#6a7a12", "#7d5bb8", "#5c6672"],
  dark: ["#98a3ff", "#f5b062", "#63d3ba", "#f08fd0", "#e3c654", "#74c3f2", "#ff9484", "#c2d160", "#c6a8f5", "#aab4c0"],
};
const grey = { light: "#b4b0a8", dark: "#5b626c" };
const language = "language"; // what the server tells of every point

let loaded = null; // {index, version, field, method}: what is drawn
let loading = null;
let points = [];
let groups = []; // [{key, label, number, colour index}]
let hidden = new Set(); // groups that are switched off
let view = { x: 0, y: 0, scale: 1 };
let current = -1; // the point under the pointer or the keyboard
let method = "pca";

export function forgetMap() {
  loaded = null;
  points = [];
}

export function startMap() {
  const canvas = byId("map");
  byId("map-field").addEventListener("change", () => showMap());
  for (const button of document.querySelectorAll("[data-method]")) {
    button.addEventListener("click", () => {
      method = button.dataset.method;
      for (const other of document.querySelectorAll("[data-method]")) other.setAttribute("aria-pressed", String(other === button));
      showMap();
    });
  }
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", () => ({ in: () => zoom(1.5), out: () => zoom(1 / 1.5), all: showAll })[button.dataset.zoom]());
  }
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const box = canvas.getBoundingClientRect();
    zoom(Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0016)), event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });
  startPointers(canvas);
  canvas.addEventListener("keydown", onKey);
  canvas.addEventListener("blur", () => point(-1));
  new ResizeObserver(() => draw()).observe(byId("map-frame"));
  document.addEventListener("akin:theme", () => { if (state.view === "map") { showLegend(); draw(); } });
}

export async function showMap() {
  fillFields();
  const field = byId("map-field").value;
  const wanted = { index: state.index, version: state.description.documents, field, method };
  if (JSON.stringify(wanted) === JSON.stringify(loaded)) {
    draw();
    return;
  }
  loading?.abort();
  const mine = (loading = new AbortController());
  const samePlaces = loaded && loaded.index === wanted.index && loaded.version === wanted.version && loaded.method === wanted.method;
  say(points.length > 0 && samePlaces ? null : "Drawing the map …");
  try {
    const map = await api.map(state.index, field === language ? "" : field, method, mine.signal);
    if (loading !== mine) return;
    points = map.points.map((entry) => ({ ...entry, key: keyOf(entry, field) }));
    loaded = wanted;
    hidden = new Set();
    current = -1;
    makeGroups(field);
    say(points.length === 0 ? "There are no documents to show." : null);
    byId("map-note").textContent = points.length === 0 ? ""
      : `${points.length < map.total ? `${count(points.length)} of ` : ""}${count(map.total)} documents`
        + (typeof map.variance === "number" ? `; the plane shows ${Math.round(map.variance * 100)} % of their differences` : "");
    if (!samePlaces) showAll();
    draw();
  } catch (error) {
    if (error.name !== "AbortError") say(error.message);
  }
}

function say(text) {
  byId("map-state").hidden = text === null;
  byId("map-state").textContent = text ?? "";
}

function fillFields() {
  const select = byId("map-field");
  const names = [language, ...choiceFields().map((field) => field.name).filter((name) => !isLanguage(name))];
  if ([...select.options].map((option) => option.value).join("\n") === names.join("\n")) return;
  const before = select.value;
  select.replaceChildren(...names.map((name) => el("option", { value: name }, name)));
  if (names.includes(before)) select.value = before;
}

const keyOf = (entry, field) => JSON.stringify((field === language ? entry.language : entry.value) ?? null);

function makeGroups(field) {
  const numbers = new Map();
  for (const entry of points) numbers.set(entry.key, (numbers.get(entry.key) ?? 0) + 1);
  groups = [...numbers].sort((a, b) => b[1] - a[1]).map(([key, number], i) => {
    const value = JSON.parse(key);
    return { key, number, colour: value === null || i >= colours.light.length ? -1 : i, label: value === null ? "none" : field === language ? nameOf(value) : String(value) };
  });
  showLegend();
}

const isDark = () => (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
const colourOf = (group) => (group.colour < 0 ? grey : null)?.[isDark() ? "dark" : "light"] ?? colours[isDark() ? "dark" : "light"][group.colour];

function showLegend() {
  byId("legend").replaceChildren(...groups.slice(0, 24).map((group) => {
    const dot = el("i", { class: "dot" });
    dot.style.background = colourOf(group);
    return el("li", {}, el("button", {
      type: "button", class: "legend-item", "aria-pressed": String(!hidden.has(group.key)),
      onclick: () => { if (!hidden.delete(group.key)) hidden.add(group.key); showLegend(); draw(); },
    }, dot, el("span", {}, group.label), el("span", { class: "choice-count" }, count(group.number))));
  }));
}

// ---- places

function size() {
  const box = byId("map-frame").getBoundingClientRect();
  return { width: box.width, height: box.height };
}

/** Pixels of one unit when everything is shown: points lie between -1 and 1. */
function unit({ width, height }) {
  return Math.max(40, Math.min(width, height) / 2 - 28);
}

function toScreen(entry, box) {
  const pixels = unit(box) * view.scale;
  return [box.width / 2 + (entry.x - view.x) * pixels, box.height / 2 - (entry.y - view.y) * pixels];
}

function showAll() {
  // The longer side of the frame is used too: points are spread by what they need, not by a square.
  const box = size();
  const [width, height] = [Math.max(...points.map((entry) => Math.abs(entry.x)), 0.01), Math.max(...points.map((entry) => Math.abs(entry.y)), 0.01)];
  view = { x: 0, y: 0, scale: Math.min((box.width / 2 - 28) / (width * unit(box)), (box.height / 2 - 28) / (height * unit(box))) };
  draw();
}

/** Zooms; the place under the given pixel stays where it is. */
function zoom(factor, x = size().width / 2, y = size().height / 2) {
  const box = size();
  const before = unit(box) * view.scale;
  const scale = Math.max(0.4, Math.min(60, view.scale * factor));
  const after = unit(box) * scale;
  view = { x: view.x + (x - box.width / 2) * (1 / before - 1 / after), y: view.y - (y - box.height / 2) * (1 / before - 1 / after), scale };
  draw();
}

function move(x, y) {
  const pixels = unit(size()) * view.scale;
  view = { ...view, x: view.x - x / pixels, y: view.y + y / pixels };
  draw();
}

// ---- drawing

let frame = 0;
function draw() {
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(paint);
}

function paint() {
  const canvas = byId("map");
  const box = size();
  if (box.width === 0 || byId("view-map").hidden) return;
  const ratio = devicePixelRatio || 1;
  const [width, height] = [Math.round(box.width * ratio), Math.round(box.height * ratio)];
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  const brush = canvas.getContext("2d");
  brush.setTransform(ratio, 0, 0, ratio, 0, 0);
  brush.clearRect(0, 0, box.width, box.height);
  const found = new Set(shownHits().map((hit) => hit.id));
  const some = found.size > 0 && points.some((entry) => found.has(entry.id));
  const radius = Math.max(2.2, Math.min(6, 70 / Math.sqrt(points.length + 1))) * Math.min(1.8, Math.max(1, Math.sqrt(view.scale)));
  const styles = new Map(groups.map((group) => [group.key, colourOf(group)]));
  const order = points.map((_, i) => i).sort((a, b) => found.has(points[a].id) - found.has(points[b].id));
  let drawn = 0;
  for (const i of order) {
    const entry = points[i];
    if (hidden.has(entry.key)) continue;
    const [x, y] = toScreen(entry, box);
    if (x < -20 || y < -20 || x > box.width + 20 || y > box.height + 20) continue;
    const isFound = found.has(entry.id);
    brush.globalAlpha = some && !isFound ? 0.28 : 0.85;
    brush.fillStyle = styles.get(entry.key);
    brush.beginPath();
    brush.arc(x, y, isFound ? radius + 1.5 : radius, 0, 2 * Math.PI);
    brush.fill();
    if (isFound) {
      brush.globalAlpha = 1;
      brush.lineWidth = 2;
      brush.strokeStyle = isDark() ? "#fff" : "#1c1a17";
      brush.stroke();
    }
    drawn++;
  }
  brush.globalAlpha = 1;
  if (current >= 0) {
    const [x, y] = toScreen(points[current], box);
    brush.lineWidth = 2.5;
    brush.strokeStyle = isDark() ? "#fff" : "#1c1a17";
    brush.beginPath();
    brush.arc(x, y, radius + 5, 0, 2 * Math.PI);
    brush.stroke();
  }
  canvas.dataset.drawn = String(drawn);
  showTip(box);
}

// ---- pointing

function point(i) {
  if (i === current) return;
  current = i;
  draw();
  byId("map-live").textContent = i < 0 ? "" : labelOf(points[i]);
}

const labelOf = (entry) => `${entry.label}, ${groups.find((group) => group.key === entry.key)?.label ?? ""}`;

function showTip(box) {
  const tip = byId("map-tip");
  tip.hidden = current < 0;
  if (current < 0) return;
  const entry = points[current];
  const group = groups.find((one) => one.key === entry.key);
  const dot = el("i", { class: "dot" });
  dot.style.background = colourOf(group);
  tip.replaceChildren(el("span", { class: "tip-group" }, dot, group.label), el("span", { class: "tip-text", lang: ["ko", "zh", "ja"].includes(entry.language) ? entry.language : null }, entry.label));
  const [x, y] = toScreen(entry, box);
  const [width, height] = [tip.offsetWidth, tip.offsetHeight];
  tip.style.left = `${Math.max(6, Math.min(box.width - width - 6, x - width / 2))}px`;
  tip.style.top = `${y - height - 14 > 6 ? y - height - 14 : Math.min(box.height - height - 6, y + 16)}px`;
}

function nearest(x, y, reach = 18) {
  const box = size();
  let best = -1;
  let least = reach * reach;
  points.forEach((entry, i) => {
    if (hidden.has(entry.key)) return;
    const [left, top] = toScreen(entry, box);
    const distance = (left - x) ** 2 + (top - y) ** 2;
    if (distance < least) [best, least] = [i, distance];
  });
  return best;
}

function startPointers(canvas) {
  const held = new Map(); // pointers that are down
  let moved = 0;
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    held.set(event.pointerId, place(event));
    if (held.size === 1) moved = 0;
  });
  canvas.addEventListener("pointermove", (event) => {
    const at = place(event);
    if (!held.has(event.pointerId)) {
      point(nearest(at.x, at.y));
      return;
    }
    const from = held.get(event.pointerId);
    moved += Math.abs(at.x - from.x) + Math.abs(at.y - from.y);
    if (held.size === 1) {
      if (moved > 4) move(at.x - from.x, at.y - from.y);
    } else {
      // Two fingers: what is between them stays between them.
      const other = [...held].find(([id]) => id !== event.pointerId)[1];
      const apart = (one, two) => Math.hypot(one.x - two.x, one.y - two.y);
      zoom(apart(at, other) / Math.max(1, apart(from, other)), (at.x + other.x) / 2, (at.y + other.y) / 2);
    }
    held.set(event.pointerId, at);
  });
  const end = (event) => {
    if (!held.delete(event.pointerId) || event.type === "pointercancel" || moved > 4 || held.size > 0) return;
    const at = place(event);
    const hit = nearest(at.x, at.y, event.pointerType === "touch" ? 28 : 14);
    if (event.pointerType === "touch" && hit >= 0 && hit !== current) point(hit); // the first touch shows, the second one searches
    else if (hit >= 0) searchSimilar(points[hit].id, points[hit].label.slice(0, 60));
  };
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
  canvas.addEventListener("pointerleave", (event) => { if (!held.has(event.pointerId) && document.activeElement !== canvas) point(-1); });
}

const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function onKey(event) {
  if (event.key in directions) {
    event.preventDefault();
    step(...directions[event.key]);
  } else if (event.key === "Enter" && current >= 0) {
    event.preventDefault();
    searchSimilar(points[current].id, points[current].label.slice(0, 60));
  } else if (event.key === "+" || event.key === "=") zoom(1.5);
  else if (event.key === "-") zoom(1 / 1.5);
  else if (event.key === "0") showAll();
  else if (event.key === "Escape") point(-1);
}

/** To the nearest point that lies in a direction: what is aside counts double. */
function step(dx, dy) {
  const box = size();
  const [x, y] = current >= 0 ? toScreen(points[current], box) : [box.width / 2, box.height / 2];
  let best = current;
  let least = Infinity;
  points.forEach((entry, i) => {
    if (i === current || hidden.has(entry.key)) return;
    const [left, top] = toScreen(entry, box);
    const [along, aside] = [(left - x) * dx + (top - y) * dy, Math.abs((left - x) * dy) + Math.abs((top - y) * dx)];
    const cost = along + 2 * aside;
    if (along > (current >= 0 ? 0.5 : -Infinity) && cost < least) [best, least] = [i, current >= 0 ? cost : Math.hypot(left - x, top - y)];
  });
  if (best < 0) return;
  const [left, top] = toScreen(points[best], box);
  if (left < 20 || top < 20 || left > box.width - 20 || top > box.height - 20) move(box.width / 2 - left, box.height / 2 - top);
  point(best);
}
