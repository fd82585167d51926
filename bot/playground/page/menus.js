// A button behind which a menu opens, after the ARIA pattern.

import { h } from "./dom.js";

// entries: { label, act }. The focus is back on the button before `act` is called.
export function menuButton(id, entries) {
  const list = h("div", { role: "menu", class: "menu", "aria-labelledby": id, hidden: true });
  const opener = h("button", { type: "button", id, class: "button overflow", "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": "More actions" }, "⋯");
  const holder = h("div", { class: "overflow-holder" }, opener, list);
  const show = (open) => {
    list.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
    if (open) list.firstElementChild.focus();
  };
  for (const entry of entries) {
    const item = h("button", { type: "button", role: "menuitem", tabindex: "-1" }, entry.label);
    item.addEventListener("click", () => {
      show(false);
      opener.focus();
      entry.act(opener);
    });
    list.append(item);
  }
  opener.addEventListener("click", () => show(list.hidden));
  holder.addEventListener("focusout", (event) => {
    if (!holder.contains(event.relatedTarget)) show(false);
  });
  holder.addEventListener("keydown", (event) => {
    const items = [...list.children];
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      show(false);
      opener.focus();
    } else if (step && !list.hidden) {
      event.preventDefault();
      items.at((items.indexOf(document.activeElement) + step) % items.length).focus();
    }
  });
  return holder;
}
