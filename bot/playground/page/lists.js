// A chat's messages by day, the newest at the bottom and in sight; what comes while one looks is told.

import { announce, h, reconcile } from "./dom.js";
import { longDay } from "./text.js";

const NEAR = 120;

// One list, which shows one chat at a time. tell: the words in which one new entry is told.
export function messageList(tell) {
  const list = h("ol", { class: "messages", tabindex: "0", "aria-label": "Messages" });
  let shown = null;
  let newest = "";

  // On a narrow screen it is the page that scrolls, and only for a message that has just come.
  function toTheEnd(hasNew) {
    if (getComputedStyle(list).overflowY === "visible") {
      if (hasNew) scrollBy(0, list.lastElementChild.getBoundingClientRect().bottom - innerHeight / 2);
    } else {
      list.scrollTop = list.scrollHeight;
    }
  }

  function tellNew(entries) {
    const fresh = entries.filter((entry) => entry.key > newest && !entry.own);
    if (fresh.length > 1) announce(`${fresh.length} new messages.`);
    if (fresh.length === 1) announce(tell(fresh[0]));
  }

  function byDay(entries) {
    const result = [];
    let day = "";
    for (const entry of entries) {
      const today = longDay(entry.at);
      if (today !== day) result.push({ key: `day ${today}`, signature: today, day: today });
      day = today;
      result.push(entry);
    }
    return result;
  }

  // entries: { key (rising), signature, at, own, … }; build: an entry's node.
  return function render(content, { id, label, empty, entries, build }) {
    const isSame = shown === id;
    const atBottom = !isSame || list.scrollHeight - list.scrollTop - list.clientHeight < NEAR;
    if (!content.contains(list)) content.replaceChildren(list);
    list.setAttribute("aria-label", label);
    reconcile(list, byDay(entries), (entry) => (entry.day ? h("li", { class: "day" }, h("span", {}, entry.day)) : build(entry)));
    if (!entries.length) list.append(h("li", {}, h("p", { class: "empty" }, empty)));
    const isNew = entries.some((entry) => entry.key > newest);
    if (isSame) tellNew(entries);
    shown = id;
    newest = entries.at(-1)?.key ?? newest;
    if (atBottom) requestAnimationFrame(() => toTheEnd(isSame && isNew));
  };
}
