// One channel: its messages by day, the newest at the bottom.

import { renderBlock } from "./blocks.js";
import { announce, h, reconcile } from "./dom.js";
import { clockTime, longDay, mrkdwn } from "./text.js";

const list = h("ol", { class: "messages", tabindex: "0", "aria-label": "Messages" });
let shownChannel = null;
let newest = "";

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

function size(bytes) {
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

function items(channel) {
  const result = [];
  let day = "";
  for (const message of channel.messages) {
    const today = longDay(when(message.ts));
    if (today !== day) result.push({ key: `day ${today}`, signature: today, day: today });
    day = today;
    const { typed, ...rest } = message;
    result.push({ key: message.ts, signature: JSON.stringify(rest), message });
  }
  return result;
}

function tellNew(channel, state) {
  const fresh = channel.messages.filter((message) => message.ts > newest && message.user !== state.me);
  if (fresh.length > 1) announce(`${fresh.length} new messages.`);
  if (fresh.length === 1) {
    // A message's text is what a notification shows; only a message without one is read out as it stands.
    const words = h("span", {}, mrkdwn(fresh[0].text)).textContent || document.getElementById(`m-${fresh[0].ts}`).innerText;
    announce(`New message from ${sender(fresh[0], state).name}: ${words.slice(0, 300)}`);
  }
}

// On a narrow screen it is the page that scrolls, and only for a message that has just come.
function toTheEnd(hasNew) {
  if (getComputedStyle(list).overflowY === "visible") {
    if (hasNew) scrollBy(0, list.lastElementChild.getBoundingClientRect().bottom - innerHeight / 2);
  } else {
    list.scrollTop = list.scrollHeight;
  }
}

export function renderMessages(content, channel, state, where) {
  const empty = h("p", { class: "empty" }, "Nothing has been said here yet. Type a command below.");
  const isSame = shownChannel === `${state.me} ${channel.id}`;
  const atBottom = !isSame || list.scrollHeight - list.scrollTop - list.clientHeight < 120;
  if (!content.contains(list)) content.replaceChildren(list);
  list.setAttribute("aria-label", channel.direct ? `Messages with ${channel.name}` : `Messages in #${channel.name}`);
  reconcile(list, items(channel), (item) => (item.day ? h("li", { class: "day" }, h("span", {}, item.day)) : build(item.message, state, where)));
  if (!channel.messages.length) list.append(h("li", {}, empty));
  const isNew = channel.messages.some((message) => message.ts > newest);
  if (isSame) tellNew(channel, state);
  shownChannel = `${state.me} ${channel.id}`;
  newest = channel.messages.at(-1)?.ts ?? newest;
  if (atBottom) requestAnimationFrame(() => toTheEnd(isSame && isNew));
}
