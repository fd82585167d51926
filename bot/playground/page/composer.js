// The box for slash commands, with suggestions: a combobox after the ARIA pattern.

import { post } from "./api.js";
import { complain, h } from "./dom.js";

const MOST = 8;
const list = h("ul", { role: "listbox", id: "suggestions", class: "suggestions", "aria-label": "Suggestions", hidden: true });
const box = h("input", {
  id: "composer", type: "text", role: "combobox", autocomplete: "off", spellcheck: "false",
  "aria-expanded": "false", "aria-controls": "suggestions", "aria-autocomplete": "list", placeholder: "Type / to see the commands",
});
const send = h("button", { type: "submit", class: "button primary" }, "Send");
const form = h("form", { class: "composer" },
  h("label", { for: "composer" }, "Command"), list, h("div", { class: "composer-row" }, box, send));

let commands = [];
let target = { user: null, channel: null };
let active = -1;
let offered = [];

function show(matches) {
  offered = matches.slice(0, MOST);
  active = -1;
  list.hidden = !offered.length;
  box.setAttribute("aria-expanded", String(!list.hidden));
  box.removeAttribute("aria-activedescendant");
  list.replaceChildren(...offered.map((hint, number) => {
    const item = h("li", { role: "option", id: `suggestion-${number}`, "aria-selected": "false" },
      h("strong", {}, hint.text), h("span", { class: "more" }, hint.description));
    item.addEventListener("mousedown", (event) => {
      event.preventDefault();
      take(number);
    });
    return item;
  }));
}

function suggest() {
  const typed = box.value.trimStart();
  if (!typed.startsWith("/")) return show([]);
  return show(commands.filter((hint) => hint.text.startsWith(typed.trimEnd()) && hint.text !== typed));
}

function take(number) {
  box.value = `${offered[number].text} `;
  show([]);
}

function move(step) {
  if (!offered.length) suggest();
  if (!offered.length) return;
  active = (active + step + offered.length) % offered.length;
  [...list.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === active)));
  box.setAttribute("aria-activedescendant", `suggestion-${active}`);
  list.children[active].scrollIntoView({ block: "nearest" });
}

box.addEventListener("input", suggest);
box.addEventListener("blur", () => show([]));
box.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Escape" && !list.hidden) {
    event.preventDefault();
    show([]);
  } else if (["Enter", "Tab"].includes(event.key) && active >= 0) {
    event.preventDefault();
    take(active);
  }
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = box.value.trim();
  if (!text || form.getAttribute("aria-busy") === "true") return;
  if (!text.startsWith("/")) return complain("Commands begin with a slash. Type / to see them.");
  form.setAttribute("aria-busy", "true");
  show([]);
  box.value = "";
  complain("");
  const outcome = await post("command", { ...target, text });
  form.removeAttribute("aria-busy");
  // A command that failed is told in the channel, as Slack does; what could not even be sent is told here.
  if (outcome.problem && !outcome.problem.startsWith("/")) {
    complain(outcome.problem);
    box.value = text;
  }
});

export function composer(about, user, channel) {
  commands = about.commands;
  target = { user, channel };
  return form;
}

export function putCommand(text) {
  box.value = text;
  box.focus();
}
