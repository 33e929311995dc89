import { byId } from "./dom.js";

const order = ["auto", "light", "dark"];
const labels = { auto: "as the system", light: "light", dark: "dark" };

/** The button that goes from the system's theme to light to dark. */
export function startTheme() {
  const root = document.documentElement;
  const button = byId("theme");
  const show = () => {
    const label = `Theme: ${labels[root.dataset.theme ?? "auto"]}`;
    button.setAttribute("aria-label", label);
    button.title = label;
  };
  button.addEventListener("click", () => {
    const next = order[(order.indexOf(root.dataset.theme ?? "auto") + 1) % order.length];
    if (next === "auto") delete root.dataset.theme;
    else root.dataset.theme = next;
    try {
      if (next === "auto") localStorage.removeItem("akin-theme");
      else localStorage.setItem("akin-theme", next);
    } catch { /* it lasts as long as the page */ }
    show();
    document.dispatchEvent(new CustomEvent("akin:theme"));
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => document.dispatchEvent(new CustomEvent("akin:theme")));
  show();
}
