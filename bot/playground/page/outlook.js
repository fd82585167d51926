// Somebody's mailbox and calendar, beside the chats.

import { post, postOrComplain } from "./api.js";
import { h, reconcile } from "./dom.js";
import { clockTime, longDay } from "./text.js";

const SIDES = { mail: "Mailbox", calendar: "Calendar" };

function holder(content, name) {
  let found = content.querySelector(`.outlook.${name}`);
  if (!found) content.replaceChildren((found = h("div", { class: `outlook ${name}`, tabindex: "0", role: "region", "aria-label": SIDES[name] })));
  return found;
}

const KINDS = { REQUEST: "Invitation", CANCEL: "Cancellation" };

function letter(one, user) {
  const at = new Date(one.at);
  const file = one.method
    ? h("a", { class: "button", href: `ui/outlook/invitation/${one.id}?user=${encodeURIComponent(user)}`, download: "invitation.ics" }, "Save as a file (.ics)")
    : null;
  return h("article", { class: `letter${one.unread ? " unread" : ""}` },
    h("h2", {}, one.subject),
    h("p", { class: "more" }, `From ${one.sender}, `, h("time", { datetime: one.at }, `${longDay(at)}, ${clockTime(at)}`),
      one.method ? h("span", { class: "tag" }, KINDS[one.method] ?? one.method) : null, one.unread ? h("span", { class: "tag" }, "New") : null),
    h("div", { class: "letter-text" }, one.text), file);
}

export function renderMail(content, state) {
  const { letters, unread } = state.mail;
  const place = holder(content, "mail");
  reconcile(place, letters.map((one) => ({ key: `${state.me} ${one.id}`, signature: JSON.stringify(one), one })), ({ one }) => letter(one, state.me));
  if (!letters.length) place.append(h("p", { class: "empty" }, "No e-mail has come."));
  if (unread && document.visibilityState === "visible") post("outlook/mail/read", { user: state.me });
}

// A moment for <input type="datetime-local">, in the workspace's zone.
function local(moment, zone) {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" }).format(moment).replace(" ", "T");
}

function mover(one, state) {
  const id = `move-${one.id}`;
  const box = h("input", { type: "datetime-local", id, value: local(new Date(one.starts), state.time.zone) });
  const move = () => postOrComplain("outlook/calendar/move", { user: state.me, meeting: one.id, starts: box.value });
  const cancel = () => postOrComplain("outlook/calendar/cancel", { user: state.me, meeting: one.id });
  return h("div", { class: "entry-acts" }, h("label", { for: id }, "New time"), box,
    h("button", { type: "button", class: "button", id: `${id}-go`, onclick: move }, "Move"),
    h("button", { type: "button", class: "button danger", id: `${id}-off`, onclick: cancel }, "Cancel the meeting"));
}

function answers(one, state) {
  const answer = (value, label) => h("button", {
    type: "button", class: "button", id: `answer-${value}-${one.id}`, "aria-pressed": String(one.answer === label),
    onclick: () => postOrComplain("outlook/calendar/answer", { user: state.me, meeting: one.id, answer: value }),
  }, { Accepted: "Accept", Tentative: "Tentative", Declined: "Decline" }[label]);
  return h("div", { class: "entry-acts", role: "group", "aria-label": `Answer to ${one.title}` },
    answer("accepted", "Accepted"), answer("tentativelyAccepted", "Tentative"), answer("declined", "Declined"));
}

function entry(one, state) {
  const [starts, ends] = [new Date(one.starts), new Date(one.ends)];
  const facts = [
    one.organiser && `Organised by ${one.mine ? "you" : one.organiser}`,
    one.place && `Place: ${one.place}`,
    one.kind === "invitation" && "From an invitation by e-mail",
  ].filter(Boolean);
  return h("article", { class: `entry ${one.kind}` },
    h("p", { class: "entry-time" }, h("time", { datetime: one.starts }, clockTime(starts)), "–", h("time", { datetime: one.ends }, clockTime(ends))),
    h("div", { class: "entry-main" },
      h("h3", {}, one.title), facts.length ? h("p", { class: "more" }, facts.join(" · ")) : null,
      one.guests?.length ? h("ul", { class: "points" }, one.guests.map((guest) => h("li", {}, `${guest.name}: ${guest.answer}`))) : null,
      one.link ? h("p", { class: "more" }, `Teams meeting: ${one.link}`) : null,
      one.kind !== "meeting" ? null : one.mine ? mover(one, state) : answers(one, state)));
}

// A form to keep some time for oneself, so that a meeting is not offered then.
function keeper(state) {
  const start = h("input", { type: "datetime-local", id: "keep-start", value: `${local(new Date(state.time.now), state.time.zone).slice(0, 11)}14:00` });
  const length = h("select", { id: "keep-length" }, [30, 60, 120, 240].map((minutes) => h("option", { value: minutes }, minutes < 60 ? `${minutes} minutes` : `${minutes / 60} hour${minutes > 60 ? "s" : ""}`)));
  const form = h("form", { class: "entry-acts keep", "aria-label": "Keep a time free" }, h("label", { for: "keep-start" }, "Keep a time for yourself, from"), start,
    h("label", { for: "keep-length" }, "for"), length, h("button", { type: "submit", class: "button" }, "Keep it"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    postOrComplain("outlook/calendar/keep", { user: state.me, starts: start.value, minutes: Number(length.value) });
  });
  return form;
}

export function renderCalendar(content, state) {
  const days = new Map();
  for (const one of state.calendar.entries) {
    const day = longDay(new Date(one.starts));
    days.set(day, [...(days.get(day) ?? []), one]);
  }
  const items = [...days].map(([day, entries]) => ({ key: `${state.me} ${day}`, signature: JSON.stringify(entries), day, entries }));
  const place = holder(content, "calendar");
  reconcile(place, [{ key: `${state.me} keep`, signature: "" }, ...items], ({ day, entries }) => (entries
    ? h("section", {}, h("h2", {}, day), entries.map((one) => entry(one, state)))
    : keeper(state)));
  if (!items.length) place.append(h("p", { class: "empty" }, "Nothing stands in this calendar."));
}
