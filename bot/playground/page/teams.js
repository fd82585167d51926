// One chat in Teams: its messages with their cards and files, and what can be done with each.

import { post, postOrComplain } from "./api.js";
import { renderCard } from "./cards.js";
import { busyWhile, h } from "./dom.js";
import { messageList } from "./lists.js";
import { textIn } from "./markdown.js";
import { menuButton } from "./menus.js";
import { avatar, size } from "./messages.js";
import { clockTime } from "./text.js";

const who = (one, state) => {
  if (one.failure) return { name: "Teams", initials: "!", colour: "#6b3a2c" };
  if (one.from_bot || !one.user) return { name: state.teams.bot.name, initials: state.teams.bot.name.slice(0, 1), colour: "#3d3f96", app: true };
  return state.people.find((person) => person.id === one.user) ?? { name: one.user, initials: "?", colour: "#555555" };
};

// A message's summary is what a notification shows; only one without it is read out as it stands.
const render = messageList(({ one, state }) => {
  const words = one.summary || textIn(one.text, one.format).textContent || document.getElementById(`m-${one.id}`).innerText;
  return `New message from ${who(one, state).name}: ${words.slice(0, 300)}`;
});

function card(content, number, one, user) {
  const node = renderCard(content, (action, inputs, pressed) => busyWhile(pressed ?? node, async () => {
    document.getElementById(`m-${one.id}`).focus();
    const outcome = await postOrComplain("teams/press", { user, post: one.id, card: number, action, inputs });
    if (Object.keys(outcome.errors ?? {}).length) node.showErrors(outcome.errors);
  }));
  return node;
}

function file(one, message, user) {
  if (!one.offered) {
    const link = h("a", { href: `ui/teams/file/${one.id}?user=${encodeURIComponent(user)}`, download: one.name, "aria-label": `Download ${one.name}` }, one.name);
    return h("div", { class: "file" }, link, h("span", { class: "more" }, size(one.size)));
  }
  const answer = (accept) => (event) => busyWhile(event.currentTarget, () => postOrComplain("teams/consent", { user, post: message.id, accept }));
  return h("div", { class: "file" }, h("strong", {}, one.name), h("span", { class: "more" }, `${size(one.size)} ${one.more}`.trim()),
    h("button", { type: "button", class: "button", onclick: answer(true) }, "Allow"),
    h("button", { type: "button", class: "button", onclick: answer(false) }, "Decline"));
}

function actions(one, chat, state) {
  const offered = state.teams.extension.filter((command) => command.context.includes("message"));
  if (!offered.length || one.failure || one.deleted) return null;
  return menuButton(`more-${one.id}`, offered.map((command) => ({
    label: command.title,
    act: () => postOrComplain("teams/extension", { user: state.me, chat: chat.id, command: command.id, post: one.id }),
  })));
}

function build({ one, chat, state }) {
  const from = who(one, state);
  const at = new Date(one.at);
  return h("li", { class: `message${one.only ? " ephemeral" : ""}${one.failure ? " failure" : ""}`, id: `m-${one.id}`, tabindex: "-1" },
    avatar(from),
    h("div", { class: "message-main" },
      h("p", { class: "byline" },
        h("strong", {}, from.name), from.app ? h("span", { class: "tag" }, "App") : null,
        h("time", { datetime: at.toISOString() }, clockTime(at)),
        one.edited ? h("span", { class: "more" }, "Edited") : null),
      one.only ? h("p", { class: "only" }, "Only you can see this message") : null,
      one.deleted ? h("p", { class: "more" }, "This message has been deleted.") : null,
      one.text ? textIn(one.text, one.format) : null,
      one.cards.map((content, number) => card(content, number, one, state.me)),
      one.files.map((each) => file(each, one, state.me))),
    actions(one, chat, state));
}

export function renderTeams(content, chat, state) {
  render(content, {
    id: `teams ${state.me} ${chat.id}`,
    label: chat.kind === "personal" ? `Messages with ${chat.name} in Teams` : `Messages in ${chat.name}`,
    empty: "Nothing has been said here yet. Write a message below.",
    entries: chat.posts.map((one) => ({ key: one.id, signature: JSON.stringify(one), at: new Date(one.at), own: one.user === state.me, one, chat, state })),
    build,
  });
  if (chat.unread && document.visibilityState === "visible") post("teams/read", { user: state.me, chat: chat.id });
}
