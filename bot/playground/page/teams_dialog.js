// The dialog that the app shows in Teams: a card of its own, in a native dialog.

import { post } from "./api.js";
import { renderCard } from "./cards.js";
import { h } from "./dom.js";

const dialog = h("dialog", { class: "dialog teams", "aria-labelledby": "teams-dialog-title" });
const title = h("h2", { id: "teams-dialog-title", tabindex: "-1" });
const trouble = h("p", { class: "trouble", role: "alert" });
const body = h("div", { class: "dialog-body" });
document.body.append(dialog);

let shown = null;
let user = null;
let card = null;
let before = null;
let cameFrom = null;

document.addEventListener("focusin", (event) => {
  const holder = event.target.closest("dialog") ? null : event.target.closest("[id]");
  if (holder) before = holder.id;
});

const close = () => post("teams/dialog/close", { user });

async function send(action, inputs) {
  if (body.getAttribute("aria-busy") === "true") return;
  body.setAttribute("aria-busy", "true");
  trouble.textContent = "";
  const outcome = await post("teams/dialog/submit", { user, action, inputs });
  body.removeAttribute("aria-busy");
  trouble.textContent = outcome.problem ?? "";
  card?.showErrors(outcome.errors ?? {});
}

dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  close();
});
dialog.addEventListener("close", () => shown && close());

function hide() {
  shown = null;
  dialog.close();
  (document.getElementById(cameFrom) ?? document.getElementById("main")).focus();
}

export function renderTeamsDialog(state) {
  const wanted = state.teams?.dialog ?? null;
  if (!wanted || (shown && user !== state.me)) {
    if (shown) hide();
    if (!wanted) return;
  }
  user = state.me;
  if (shown?.id === wanted.id) return;
  shown = wanted;
  title.textContent = wanted.title;
  trouble.textContent = "";
  card = wanted.card ? renderCard(wanted.card, send, 3) : null;
  body.replaceChildren(card ?? h("p", {}, wanted.title));
  const cross = h("button", { type: "button", class: "quiet cross", "aria-label": "Close", onclick: close }, "×");
  dialog.replaceChildren(h("div", { class: "dialog-head" }, title, cross), trouble, body);
  if (!dialog.open) {
    cameFrom = before;
    dialog.showModal();
  }
  body.scrollTop = 0;
  (body.querySelector("input, select, textarea") ?? title).focus();
}
