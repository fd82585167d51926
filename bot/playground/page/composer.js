// The box to write in, with suggestions: a combobox after the ARIA pattern. Slack takes commands in it, Teams whatever one writes.

import { attach, post, postOrComplain } from "./api.js";
import { complain, h } from "./dom.js";

const MOST = 8;
const list = h("ul", { role: "listbox", id: "suggestions", class: "suggestions", "aria-label": "Suggestions", hidden: true });
const box = h("input", {
  id: "composer", type: "text", role: "combobox", autocomplete: "off", spellcheck: "false",
  "aria-expanded": "false", "aria-controls": "suggestions", "aria-autocomplete": "list", placeholder: "Type / to see the commands",
});
const send = h("button", { type: "submit", class: "button primary" }, "Send");
const label = h("label", { for: "composer" }, "Command");
const more = h("div", { class: "composer-more", hidden: true });
const form = h("form", { class: "composer" }, label, list, h("div", { class: "composer-row" }, box, send), more);

let commands = [];
let place = null; // { key, send(text): what came of it }
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
  if (place.onlyCommands && !text.startsWith("/")) return complain("Commands begin with a slash. Type / to see them.");
  form.setAttribute("aria-busy", "true");
  show([]);
  box.value = "";
  complain("");
  const outcome = await place.send(text);
  form.removeAttribute("aria-busy");
  // A command that failed is told in the channel, as Slack does; what could not even be sent is told here.
  if (outcome.problem && !outcome.problem.startsWith("/")) {
    complain(outcome.problem);
    box.value = text;
  }
});

function settle(next, words, hint, below) {
  if (place && place.onlyCommands !== next.onlyCommands) box.value = "";
  if (place?.key !== next.key) {
    label.textContent = words;
    box.placeholder = hint;
    more.replaceChildren(...below);
    more.hidden = !below.length;
  }
  place = next;
  return form;
}

export function composer(about, user, channel) {
  commands = about.commands;
  return settle({ key: `${user} ${channel}`, onlyCommands: true, send: (text) => post("command", { user, channel, text }) },
    "Command", "Type / to see the commands", []);
}

// In Teams a message begins with "/" when it is chosen from that menu, and with the app's name when it is for the app.
export function teamsComposer(teams, user, chat) {
  commands = teams.commands.map((one) => ({ text: `/${one.title}`, description: one.description }));
  const name = `@${teams.bot.name}`;
  const say = (text) => {
    const slash = text.startsWith("/");
    const mention = text.startsWith(name);
    const words = slash ? text.slice(1) : mention ? text.slice(name.length) : text;
    return post("teams/say", { user, chat: chat.id, text: words.trim(), slash, mention });
  };
  const hint = chat.kind === "personal" ? "Write to the app, or type / to see what it can do" : `Begin with ${name} or with /`;
  return settle({ key: `teams ${user} ${chat.id}`, send: say }, "Message", hint, extras(teams, user, chat));
}

function extras(teams, user, chat) {
  const offered = teams.extension.filter((command) => command.context.includes("compose"));
  const buttons = offered.map((command) => {
    const open = () => postOrComplain("teams/extension", { user, chat: chat.id, command: command.id });
    return h("button", { type: "button", class: "button", id: `extension-${command.id}`, onclick: open }, command.title);
  });
  if (chat.kind !== "personal") return buttons;
  const files = h("input", { type: "file", id: "send-file" });
  files.addEventListener("change", async () => {
    const chosen = files.files[0] && (await attach(user, files.files[0], "teams/attach"));
    files.value = "";
    if (chosen) await postOrComplain("teams/say", { user, chat: chat.id, files: [chosen.id] });
  });
  return [...buttons, h("label", { for: "send-file", class: "send-file" }, "Send a file"), files];
}

export function putCommand(text) {
  box.value = place.onlyCommands ? text : text.replace(/^\/challenge ?/, "/");
  box.focus();
}
