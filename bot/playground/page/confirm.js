// "Are you sure?", in a dialog of its own above all others.

import { h } from "./dom.js";
import { plain, textNodes } from "./text.js";

// True when there is nothing to ask, or when the answer is yes. Focus goes back to where it was.
export function askFirst(confirm) {
  if (!confirm) return Promise.resolve(true);
  const before = document.activeElement?.id;
  return new Promise((resolve) => {
    const yes = h("button", { class: `button ${confirm.style === "danger" ? "danger" : "primary"}`, value: "yes" }, plain(confirm.confirm.text));
    const no = h("button", { class: "button", value: "no" }, plain(confirm.deny.text));
    const dialog = h("dialog", { class: "dialog small", "aria-labelledby": "confirm-title", "aria-describedby": "confirm-text" },
      h("form", { method: "dialog" },
        h("h2", { id: "confirm-title" }, plain(confirm.title.text)),
        h("div", { id: "confirm-text", class: "dialog-body" }, textNodes(confirm.text)),
        h("div", { class: "dialog-foot" }, no, yes)));
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (before) document.getElementById(before)?.focus();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
    no.focus();
  });
}
