import * as api from "./api.js";
import { bar, byId, count, counted, el, fill } from "./dom.js";
import { nameOf } from "./languages.js";
import { isLanguage, state } from "./state.js";

const previewBytes = 65536;

let parts;
let stop = null; // the upload in progress

export function startIndex(given) {
  parts = given;
  const drop = byId("drop");
  const input = byId("file");
  input.addEventListener("change", () => { if (input.files[0]) plan(input.files[0]); input.value = ""; });
  for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => { event.preventDefault(); if (event.dataTransfer.files[0]) plan(event.dataTransfer.files[0]); });
}

export function showIndex() {
  const about = state.description;
  const size = (bytes) => (bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`);
  const figure = (value, label, title) => el("div", { class: "figure", title: title ?? null }, el("dd", {}, value), el("dt", {}, label));
  fill(byId("index-facts"),
    el("h1", {}, about.name),
    el("dl", { class: "figures" },
      figure(count(about.documents), about.documents === 1 ? "document" : "documents"),
      figure(size(about.size_bytes), "on the disk"),
      figure(String(about.dimensions), `dimensions, ${about.metric}`),
      figure(about.kind, `search, ${about.precision}`),
      figure(about.model.split("/").at(-1), "model", about.model)),
    el("div", { class: "panels" },
      languagesPanel(about),
      ...about.fields.filter((field) => !isLanguage(field.name) && !field.name.startsWith("passage.")).slice(0, 8).map(fieldPanel)));
}

function languagesPanel(about) {
  if (about.languages.length === 0) return null;
  const all = about.languages.reduce((sum, entry) => sum + entry.count, 0);
  return el("section", { class: "panel" },
    el("h2", {}, "Languages"),
    el("p", { class: "hint" }, about.languages_of === "script" ? "told by the letters of a sample" : `told by the field ${about.languages_of}`),
    el("ul", { class: "shares" }, ...about.languages.slice(0, 8).map((entry) => share(nameOf(String(entry.value)), entry.count, all, about.languages_of !== "script"))));
}

function fieldPanel(field) {
  const isFew = field.distinct_values <= 60;
  return el("section", { class: "panel" },
    el("h2", {}, field.name),
    el("p", { class: "hint" }, `${counted(field.distinct_values, "value", "values")} in ${counted(field.documents, "document", "documents")}`),
    isFew ? el("ul", { class: "shares" }, ...field.values.slice(0, 6).map((entry) => share(String(entry.value), entry.count, field.documents, true))) : null,
    isFew ? null : el("p", { class: "samples" }, field.values.slice(0, 4).map((entry) => String(entry.value).slice(0, 60)).join(" · ")));
}

const share = (label, number, all, counts) => el("li", {},
  el("span", { class: "choice-name" }, label), el("span", { class: "choice-count" }, counts ? count(number) : `${Math.round((100 * number) / all)} %`), bar(number / all, "facet-bar"));

// ---- upload

/** Looks into a file, and lets the person say what is what. */
async function plan(file) {
  const area = byId("upload-plan");
  byId("upload-run").hidden = true;
  area.hidden = false;
  const kind = file.name.toLowerCase().match(/\.(jsonl|ndjson|csv|tsv)$/)?.[1];
  if (!kind) {
    area.replaceChildren(el("p", { class: "problem", role: "alert" }, el("strong", {}, "This file cannot be read. "), "Its name must end in .jsonl, .csv or .tsv."));
    return;
  }
  const head = await file.slice(0, previewBytes).text();
  const { columns, rows, problem } = kind === "csv" || kind === "tsv" ? tableOf(head, kind === "csv" ? "," : "\t") : linesOf(head);
  if (problem || columns.length === 0) {
    area.replaceChildren(el("p", { class: "problem", role: "alert" }, el("strong", {}, "This file cannot be read. "), problem ?? "It is empty."));
    return;
  }
  const pick = (names, otherwise) => names.find((name) => columns.includes(name)) ?? otherwise;
  const text = pick(["text", "answer", "body", "content", "document", "context"], columns.find((name) => name !== "id") ?? columns[0]);
  const chooser = (id, label, chosen, none) => el("label", {}, label, " ", el("select", { id },
    none ? el("option", { value: "" }, none) : null, ...columns.map((name) => el("option", { value: name, selected: name === chosen }, name))));
  area.replaceChildren(
    el("h3", { tabindex: "-1" }, file.name),
    el("div", { class: "preview", tabindex: "0", role: "region", "aria-label": "The first rows" }, el("table", {},
      el("thead", {}, el("tr", {}, ...columns.map((name) => el("th", { scope: "col" }, name)))),
      el("tbody", {}, ...rows.slice(0, 4).map((row) => el("tr", {}, ...columns.map((_, i) => el("td", {}, (row[i] ?? "").slice(0, 120)))))))),
    el("div", { class: "mapping" },
      chooser("text-field", "Text", text),
      chooser("title-field", "Title", pick(["title", "question", "name", "headline"].filter((name) => name !== text)), "none"),
      chooser("id-field", "Identifier", pick(["id", "_id"]), "file name and line")),
    el("p", {}, el("button", {
      class: "button primary", type: "button",
      onclick: () => send(file, { text_field: byId("text-field").value, title_field: byId("title-field").value, id_field: byId("id-field").value }),
    }, "Add the documents"), " ", el("button", { class: "button", type: "button", onclick: () => { area.hidden = true; } }, "Leave it")));
  area.querySelector("h3").focus();
}

function linesOf(head) {
  const lines = head.split("\n").filter((line) => line.trim());
  const columns = [];
  const objects = [];
  for (const line of lines.slice(0, 20)) {
    try {
      const value = JSON.parse(line);
      if (typeof value !== "object" || value === null || Array.isArray(value)) return { columns, problem: "Each line must be one JSON object." };
      objects.push(value);
      for (const name of Object.keys(value)) if (!columns.includes(name)) columns.push(name);
    } catch {
      if (objects.length === 0) return { columns, problem: "Its first line is not one JSON object." };
      break; // cut off by the preview, or a bad row that the server will name
    }
  }
  return { columns, rows: objects.map((value) => columns.map((name) => (value[name] === undefined ? "" : typeof value[name] === "string" ? value[name] : JSON.stringify(value[name])))) };
}

function tableOf(head, delimiter) {
  const rows = [];
  let row = [];
  let cell = "";
  let quoted = false;
  for (let i = 0; i < head.length && rows.length < 8; i++) {
    const letter = head[i];
    if (quoted) {
      if (letter === '"' && head[i + 1] === '"') { cell += '"'; i++; }
      else if (letter === '"') quoted = false;
      else cell += letter;
    } else if (letter === '"' && cell === "" && delimiter === ",") quoted = true;
    else if (letter === delimiter) { row.push(cell); cell = ""; }
    else if (letter === "\n") { row.push(cell.replace(/\r$/, "")); rows.push(row); row = []; cell = ""; }
    else cell += letter;
  }
  if (cell || row.length > 0) rows.push([...row, cell]);
  const [columns = [], ...rest] = rows.filter((one) => one.some((value) => value));
  return { columns: columns.map((name, i) => (i === 0 ? name.replace(/^\ufeff/, "") : name)), rows: rest };
}

async function send(file, fields) {
  byId("upload-plan").hidden = true;
  const area = byId("upload-run");
  area.hidden = false;
  const meter = el("progress", { max: "1", value: "0", "aria-label": "Progress" });
  const told = el("p", { role: "status", "aria-live": "polite" }, "Sending …");
  const rejected = el("div", {});
  const controller = (stop = new AbortController());
  const leave = el("button", { class: "button", type: "button", onclick: () => controller.abort() }, "Stop");
  area.replaceChildren(el("h3", {}, file.name), meter, told, el("p", {}, leave), rejected);
  leave.focus();
  const bad = [];
  const tell = (line) => {
    bad.push(...line.rejected);
    told.textContent = `${counted(line.rows, "row", "rows")}: ${count(line.added)} new, ${count(line.updated)} replaced, ${count(line.unchanged)} unchanged`
      + (line.rejected_rows > 0 ? `, ${count(line.rejected_rows)} rejected` : "");
    showRejected(rejected, bad, line.rejected_rows);
  };
  try {
    const done = await api.upload(state.index, file, null, fields, (sent, all) => {
      meter.value = sent / Math.max(1, all);
      if (sent >= all) meter.removeAttribute("value"); // all is sent; what is left to store is told in rows
    }, tell, controller.signal);
    meter.value = 1;
    area.classList.add("done");
    if (done.rows === 0) told.textContent = "The file holds no rows.";
    leave.replaceWith(el("button", { class: "button primary", type: "button", onclick: () => parts.go("search") }, "Search them"));
  } catch (error) {
    meter.value = meter.value || 0;
    const note = error.name === "AbortError" ? "Stopped. What was stored stays; the same file again goes on from there." : error.message;
    rejected.prepend(el("p", { class: "problem", role: "alert" }, note));
    leave.remove();
  } finally {
    if (stop === controller) stop = null;
    await parts.reload();
    if (state.view === "index") showIndex();
  }
}

function showRejected(area, bad, all) {
  if (bad.length === 0) return;
  area.replaceChildren(el("details", { class: "rejected", open: bad.length <= 5 },
    el("summary", {}, counted(all, "row was", "rows were"), " not taken"),
    el("table", {}, el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Line"), el("th", { scope: "col" }, "Why"))),
      el("tbody", {}, ...bad.slice(0, 100).map((row) => el("tr", {}, el("td", {}, String(row.line ?? row.row + 1)), el("td", {}, row.reason)))))));
}
