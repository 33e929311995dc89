import { byId } from "./dom.js";

/** An answer that is an error: what the server says, for people. */
export class ApiError extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || problem.message || (status ? `The server answered ${status}.` : "The server cannot be reached."));
    this.status = status;
    this.field = problem.field;
    this.row = problem.row;
  }
}

const keyName = "akin-key";

function stored() {
  try { return sessionStorage.getItem(keyName); } catch { return null; }
}

export function authorization() {
  const key = stored();
  return key ? { Authorization: `Bearer ${key}` } : {};
}

/** Asks for the server's key, once for all requests that want it. */
let asking = null;
function askForKey() {
  asking ??= new Promise((resolve) => {
    const dialog = byId("key");
    dialog.addEventListener("close", () => {
      asking = null;
      const key = byId("key-input").value.trim();
      byId("key-input").value = "";
      try { if (key) sessionStorage.setItem(keyName, key); } catch { /* the next request asks again */ }
      resolve(key.length > 0);
    }, { once: true });
    dialog.showModal();
  });
  return asking;
}

export async function request(path, { method = "GET", body, signal, retried = false } = {}) {
  let response;
  try {
    response = await fetch(path, {
      method,
      signal,
      headers: { Accept: "application/json", ...(body ? { "Content-Type": "application/json" } : {}), ...authorization() },
      body: body ? JSON.stringify(body) : undefined,
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError(0, {});
  }
  if (response.status === 401 && !retried && byId("key") && (await askForKey())) return request(path, { method, body, signal, retried: true });
  const text = await response.text();
  let answer = {};
  try { answer = text ? JSON.parse(text) : {}; } catch { /* an error of something between here and the server */ }
  if (!response.ok) throw new ApiError(response.status, answer);
  return answer;
}

const of = (index) => `/v1/indexes/${encodeURIComponent(index)}`;

export const indexes = (signal) => request("/v1/indexes", { signal }).then((answer) => answer.indexes);
export const describe = (index, signal) => request(of(index), { signal });
export const search = (index, body, signal) => request(`${of(index)}/search`, { method: "POST", body, signal });
export const documents = (index, offset, limit, signal, filter) =>
  request(`${of(index)}/documents?offset=${offset}&limit=${limit}${filter ? `&filter=${encodeURIComponent(JSON.stringify(filter))}` : ""}`, { signal });
export const map = (index, field, method, signal) => request(`${of(index)}/map?method=${method}&field=${encodeURIComponent(field)}`, { signal });
export const page = () => request("/web/page.json");

/**
 * Sends a file and tells of its progress: how much was sent, then each line of the server's streamed answer.
 * (XMLHttpRequest tells how much was sent, which fetch does not; the server reads no faster than it stores.)
 */
export function upload(index, file, type, fields, onSent, onLine, signal) {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    const query = new URLSearchParams(Object.entries(fields).filter(([, value]) => value));
    const form = new FormData();
    form.append("file", file, file.name);
    xhr.open("POST", `${of(index)}/documents?${query}`);
    xhr.setRequestHeader("Accept", "application/x-ndjson");
    for (const [name, value] of Object.entries(authorization())) xhr.setRequestHeader(name, value);
    let read = 0;
    let last = null;
    const lines = () => {
      const text = xhr.responseText;
      for (let end = text.indexOf("\n", read); end >= 0; end = text.indexOf("\n", read)) {
        try { onLine((last = JSON.parse(text.slice(read, end)))); } catch { /* an error's body has no lines */ }
        read = end + 1;
      }
    };
    xhr.upload.onprogress = (event) => onSent(event.loaded, event.total);
    xhr.onprogress = () => { if (xhr.status === 200) lines(); };
    xhr.onload = () => {
      if (xhr.status === 200) {
        lines();
        if (last?.problem) reject(new ApiError(last.problem.status, last.problem));
        else if (last?.done) resolve(last);
        else reject(new ApiError(200, { detail: "The answer broke off." }));
        return;
      }
      let problem = {};
      try { problem = JSON.parse(xhr.responseText); } catch { /* not ours */ }
      reject(new ApiError(xhr.status, problem));
    };
    xhr.onerror = () => reject(new ApiError(0, {}));
    xhr.onabort = () => reject(new DOMException("Stopped.", "AbortError"));
    signal.addEventListener("abort", () => xhr.abort());
    xhr.send(form);
  });
}
