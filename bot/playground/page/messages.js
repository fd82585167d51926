// One channel: its messages by day, the newest at the bottom.

import { renderBlock } from "./blocks.js";
import { h } from "./dom.js";
import { messageList } from "./lists.js";
import { clockTime, mrkdwn } from "./text.js";

const when = (ts) => new Date(Number(ts) * 1000);

function sender(message, state) {
  if (message.failure) return { name: "The workspace", initials: "!", colour: "#6b3a2c" };
  if (message.user === state.bot.user_id) return { name: state.bot.name, initials: state.bot.name.slice(0, 1), colour: "#1d5c54", app: true };
  return state.people.find((one) => one.id === message.user) ?? { name: message.user, initials: "?", colour: "#555555" };
}

export function avatar(one) {
  const node = h("span", { class: "avatar", "aria-hidden": "true" }, one.initials);
  node.style.setProperty("--colour", one.colour);
  return node;
}

function attachment(one, where) {
  const inner = one.blocks ? one.blocks.map((block) => renderBlock(block, where)) : mrkdwn([one.pretext, one.title, one.text ?? one.fallback].filter(Boolean).join("\n"));
  return h("div", { class: "attachment" }, inner);
}

export function size(bytes) {
  return bytes < 1000 ? `${bytes} bytes` : bytes < 1e6 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

function file(one, where) {
  const link = h("a", { href: `ui/file/${one.id}?user=${encodeURIComponent(where.user)}`, download: one.name, "aria-label": `Download ${one.name}` }, one.name);
  return h("div", { class: "file" }, link, h("span", { class: "more" }, size(one.size)));
}

function build(message, state, where) {
  const from = sender(message, state);
  const here = { ...where, surface: message.ts, typed: message.typed, level: 2 };
  const content = message.blocks.length ? message.blocks.map((block) => renderBlock(block, here)) : message.text ? h("div", { class: "text" }, mrkdwn(message.text)) : null;
  return h("li", { class: `message${message.ephemeral ? " ephemeral" : ""}${message.failure ? " failure" : ""}`, id: `m-${message.ts}`, tabindex: "-1" },
    avatar(from),
    h("div", { class: "message-main" },
      h("p", { class: "byline" },
        h("strong", {}, from.name), from.app ? h("span", { class: "tag" }, "App") : null,
        h("time", { datetime: when(message.ts).toISOString() }, clockTime(when(message.ts))),
        message.edited ? h("span", { class: "more" }, "(edited)") : null,
        message.thread_ts ? h("span", { class: "more" }, "in a thread") : null),
      message.ephemeral ? h("p", { class: "only" }, "Only visible to you") : null,
      content, message.attachments.map((one) => attachment(one, here)), message.files.map((one) => file(one, where))));
}

// A message's text is what a notification shows; only a message without one is read out as it stands.
const render = messageList(({ message, state }) => {
  const words = h("span", {}, mrkdwn(message.text)).textContent || document.getElementById(`m-${message.ts}`).innerText;
  return `New message from ${sender(message, state).name}: ${words.slice(0, 300)}`;
});

function entry(message, state) {
  const { typed, ...rest } = message;
  return { key: message.ts, signature: JSON.stringify(rest), at: when(message.ts), own: message.user === state.me, message, state };
}

export function renderMessages(content, channel, state, where) {
  render(content, {
    id: `${state.me} ${channel.id}`,
    label: channel.direct ? `Messages with ${channel.name}` : `Messages in #${channel.name}`,
    empty: "Nothing has been said here yet. Type a command below.",
    entries: channel.messages.map((message) => entry(message, state)),
    build: ({ message }) => build(message, state, where),
  });
}
