// Names of languages, each in its own language: who reads it recognises it.

const names = new Map();

/** "ko" → "한국어"; "und-Latn" → "Latin script"; what is no code stays as it is. */
export function nameOf(code) {
  if (!names.has(code)) names.set(code, find(code));
  return names.get(code);
}

function find(code) {
  try {
    if (code.startsWith("und-")) return `${new Intl.DisplayNames("en", { type: "script" }).of(code.slice(4))} script`;
    return new Intl.DisplayNames(code, { type: "language", fallback: "none" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** A short label for a badge: "KO", "Latin". */
export const badgeOf = (code) => (code.startsWith("und-") ? nameOf(code).replace(" script", "") : code.toUpperCase());

/** For the lang attribute: fonts and screen readers need a real code. */
export const langOf = (code) => (code && /^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$/.test(code) && !code.startsWith("und") ? code : null);

const scripts = [
  [/[\uac00-\ud7a3\u1100-\u11ff\u3130-\u318f]/u, "ko"],
  [/[\u3041-\u30ff]/u, "ja"],
  [/\p{Script=Han}/u, "zh"],
  [/\p{Script=Latin}/u, "latin"],
];

/** What the letters of a query tell; two languages of one script cannot be told apart so. */
export const scriptOf = (text) => scripts.find(([letters]) => letters.test(text))?.[1] ?? null;

/** Whether a document surely is in another language than the query. */
export function isOther(queryScript, code) {
  if (!queryScript || !code) return false;
  const own = ["ko", "ja", "zh"].find((known) => code.toLowerCase().startsWith(known)) ?? (code.startsWith("und-") && code !== "und-Latn" ? code : "latin");
  return own !== queryScript;
}
