// The form on top of the pile: a native dialog, which keeps the focus inside and the rest of the page out of reach.

import { post } from "./api.js";
import { renderBlock } from "./blocks.js";
import * as drafts from "./drafts.js";
import { h, reconcile } from "./dom.js";
import { plain } from "./text.js";

const dialog = h("dialog", { class: "dialog", "aria-labelledby": "dialog-title" });
const title = h("h2", { id: "dialog-title", tabindex: "-1" });
const trouble = h("p", { class: "trouble", role: "alert" });
const body = h("div", { class: "dialog-body" });
const foot = h("div", { class: "dialog-foot" });
const form = h("form", { novalidate: true });
document.body.append(dialog);

let shown = null;
let user = null;
let before = null;
let cameFrom = null;
let sending = false;
let sent = null; // how the form looked when it was sent; what takes its place is shown from its top

// Where the focus goes when the last form closes.
document.addEventListener("focusin", (event) => {
  if (!event.target.closest("dialog") && event.target.id) before = event.target.id;
});

async function submit(event) {
  event.preventDefault();
  if (sending || !shown.submit) return;
  sending = true;
  sent = shown.hash;
  form.setAttribute("aria-busy", "true");
  trouble.textContent = "";
  const values = {};
  for (const [block, actions] of Object.entries(drafts.take(shown.id))) {
    for (const [action, value] of Object.entries(actions)) {
      if (shown.typed[block] && action in shown.typed[block]) (values[block] ??= {})[action] = value;
    }
  }
  const outcome = await post("view/submit", { user, view_id: shown.id, values });
  sending = false;
  form.removeAttribute("aria-busy");
  trouble.textContent = outcome.problem ?? "";
  if (Object.keys(outcome.errors ?? {}).length) showErrors(outcome.errors, true);
}

function showErrors(errors, focus) {
  let first = null;
  for (const block of body.children) {
    const sentence = errors[block.dataset.key];
    block.showError?.(sentence);
    if (sentence && !first) first = block;
  }
  if (focus) first?.querySelector("input, select, textarea")?.focus();
}

async function close(everything) {
  const view = shown;
  const outcome = await post("view/close", { user, view_id: view.id, all: everything });
  drafts.forgetSurface(view.id);
  if (outcome.problem) trouble.textContent = outcome.problem;
}

form.addEventListener("submit", submit);
dialog.addEventListener("cancel", (event) => {
  event.preventDefault();
  close(true);
});

// A browser may close the dialog on its own at a second Escape.
dialog.addEventListener("close", () => shown && close(true));

function hide() {
  if (shown) drafts.forgetSurface(shown.id);
  shown = null;
  dialog.close();
  (document.getElementById(cameFrom) ?? document.getElementById("main")).focus();
}

function fresh(view) {
  const isOpen = dialog.open;
  title.textContent = plain(view.title.text);
  trouble.textContent = "";
  body.replaceChildren();
  const cross = h("button", { type: "button", class: "quiet cross", "aria-label": "Close", onclick: () => close(true) }, "×");
  form.replaceChildren(h("div", { class: "dialog-head" }, title, cross), trouble, body, foot);
  dialog.replaceChildren(form);
  if (!isOpen) {
    cameFrom = before;
    dialog.showModal();
  }
}

function showFoot(view) {
  const cancel = h("button", { type: "button", class: "button", onclick: () => close(false) }, view.close ? plain(view.close.text) : "Close");
  const send = view.submit && h("button", { type: "submit", class: "button primary", id: "dialog-submit", disabled: view.submit_disabled }, plain(view.submit.text));
  reconcile(foot, [{ key: "foot", signature: JSON.stringify([view.close, view.submit, view.submit_disabled]) }],
    () => h("div", { class: "dialog-buttons" }, cancel, send));
}

function firstField(view) {
  const wanted = view.blocks.map((block) => block.element ?? block.accessory).find((one) => one?.focus_on_load);
  const controls = [...body.querySelectorAll("input, select, textarea")];
  return controls.find((one) => wanted && one.id.endsWith(`~${wanted.action_id}`)) ?? controls[0] ?? title;
}

export function renderModals(state, where) {
  const view = state.modals.at(-1);
  if (!view || (user && user !== state.me && shown)) {
    if (shown) hide();
    if (!view) return;
  }
  user = state.me;
  const isNew = shown?.id !== view.id;
  if (isNew) fresh(view);
  shown = view;
  title.textContent = plain(view.title.text);
  const here = { ...where, surface: view.id, typed: view.typed, level: 3 };
  reconcile(body, view.blocks.map((block) => ({ key: block.block_id, signature: JSON.stringify(block), block })),
    ({ block }) => renderBlock(block, here));
  showFoot(view);
  showErrors(view.errors, false);
  if (isNew) firstField(view).focus();
  else if (sent && sent !== view.hash) {
    sent = null;
    if (Object.keys(view.errors).length) return;
    body.scrollTop = 0;
    title.focus();
  }
}
