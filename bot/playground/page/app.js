// The page: fetches the whole state after every change and shows it. Addresses look like #persona=U0ADA&view=home; chats.js has the views.

import { fetchState, listen, post, postOrComplain } from "./api.js";
import { renderBlock } from "./blocks.js";
import { cardsAreHere, loadCards } from "./cards.js";
import { appOf, inTeams, slackView, teamsView, useApp } from "./chats.js";
import { composer, putCommand, teamsComposer } from "./composer.js";
import { announce, complain, h, reconcile } from "./dom.js";
import { avatar, renderMessages } from "./messages.js";
import { renderModals } from "./modals.js";
import { renderCalendar, renderMail } from "./outlook.js";
import { renderTeams } from "./teams.js";
import { renderTeamsDialog } from "./teams_dialog.js";
import { setContext } from "./text.js";

const at = (id) => document.getElementById(id);
const START_CLOSED = "playground-start-closed";
let state = null;
let route = { persona: null, view: null };
let fetching = null;
let stale = false;
let waiting = null; // A command that "Start here" puts into the box on arrival.

function readRoute() {
  const found = new URLSearchParams(location.hash.slice(1));
  route = { persona: found.get("persona"), view: found.get("view"), message: found.get("message") };
}

function go(persona, view) {
  const wanted = `#${new URLSearchParams({ persona, view })}`;
  if (location.hash === wanted) arrived();
  else location.hash = wanted;
}

function view() {
  const wanted = route.view ?? (appOf(me()) === "teams" ? "teams:" : "");
  if (wanted === "home") return "home";
  if ((wanted === "mail" || wanted === "calendar") && state[wanted]) return wanted;
  if (state.teams && inTeams(wanted)) return teamsView((state.teams.chats.find((one) => teamsView(one.id) === wanted) ?? state.teams.chats[0]).id);
  const channel = state.channels.find((one) => one.id === wanted);
  return (channel ?? state.channels[0]).id;
}

// Which chat this person is shown in, or would be shown in after the mailbox or the calendar.
const app = () => (view() === "mail" || view() === "calendar" ? (state.teams ? appOf(me()) : "slack") : inTeams(view()) ? "teams" : "slack");
const me = () => state.people.find((one) => one.id === state.me);

// Everybody who asks while an answer is on its way waits for one more, so that nobody acts on an older state.
function refresh() {
  if (fetching) {
    stale = true;
    return fetching;
  }
  fetching = fetchAndShow().finally(() => (fetching = null));
  return fetching;
}

async function fetchAndShow() {
  do {
    stale = false;
    const found = (await fetchState(route.persona)) ?? (route.persona && (await fetchState(null)));
    if (found) {
      state = found;
      render();
    }
  } while (stale);
}

function people() {
  // Whoever looks at Home, a mailbox or a calendar and chooses somebody else wants to see that person's.
  const stays = view() === "mail" || view() === "calendar" ? view() : "";
  const viewOf = (one) => stays || (appOf(one) === "teams" ? "teams:" : view() === "home" ? "home" : slackView(one.id));
  const items = state.people.map((one) => ({ key: one.id, signature: JSON.stringify([one, one.id === state.me, viewOf(one)]), one }));
  reconcile(at("people"), items, ({ one }) => {
    const link = h("a", { href: `#persona=${one.id}&view=${viewOf(one)}`, id: `persona-${one.id}`, "aria-current": one.id === state.me ? "true" : undefined },
      avatar(one), h("span", { class: "who" }, h("strong", {}, one.name), h("span", {}, one.title)),
      appOf(one) === "teams" ? h("span", { class: "in-teams" }, "Teams") : null, badge(appOf(one) === "teams" ? one.unread_in_teams : one.unread));
    return h("li", {}, link);
  });
}

function badge(count) {
  return count ? h("span", { class: "badge" }, String(count), h("span", { class: "hidden" }, " unread")) : null;
}

function views() {
  const chats = state.teams && app() === "teams"
    ? state.teams.chats.map((one, number) => ({ id: teamsView(one.id), mark: `teams-${number}`, name: one.kind === "personal" ? `Messages with ${one.name}` : one.name, unread: one.unread }))
    : [
      { id: "home", mark: "home", name: "Home", unread: 0 },
      ...state.channels.map((one) => ({ id: one.id, mark: one.id, name: one.direct ? `Messages with ${one.name}` : `# ${one.name}`, unread: one.unread })),
    ];
  const entries = [
    ...chats,
    ...(state.mail ? [{ id: "mail", mark: "mail", name: "Mailbox", unread: state.mail.unread }] : []),
    ...(state.calendar ? [{ id: "calendar", mark: "calendar", name: "Calendar", unread: 0 }] : []),
  ];
  reconcile(at("views"), entries.map((one) => ({ key: one.mark, signature: JSON.stringify([one, state.me, one.id === view()]), one })), ({ one }) =>
    h("li", {}, h("a", { href: `#${new URLSearchParams({ persona: state.me, view: one.id })}`, id: `view-${one.mark}`, "aria-current": one.id === view() ? "page" : undefined },
      h("span", {}, one.name), badge(one.unread))));
}

// Which of the two this person is shown in.
function apps() {
  at("apps").hidden = !state.teams;
  const unread = { slack: me().unread, teams: me().unread_in_teams };
  const entries = [{ id: "slack", name: "Slack", view: slackView(state.me) }, { id: "teams", name: "Teams", view: "teams:" }];
  const current = app();
  reconcile(at("apps"), entries.map((one) => ({ key: one.id, signature: JSON.stringify([one, current, state.me, unread]), one })), ({ one }) =>
    h("li", {}, h("a", { href: `#${new URLSearchParams({ persona: state.me, view: one.view })}`, id: `app-${one.id}`, "aria-current": one.id === current ? "true" : undefined },
      h("span", {}, one.name), one.id === current ? null : badge(unread[one.id]))));
}

function home(where) {
  const content = at("content");
  let holder = content.querySelector(".home");
  if (!holder) content.replaceChildren((holder = h("div", { class: "home", tabindex: "0", role: "region", "aria-label": "Home" })));
  if (!state.home) {
    holder.replaceChildren(h("p", { class: "empty" }, "The app has not filled this page yet."));
    return;
  }
  const here = { ...where, surface: state.home.id, typed: state.home.typed, level: 2 };
  const items = state.home.blocks.map((block, number) => ({ key: `${state.me} ${number} ${block.block_id}`, signature: JSON.stringify(block), block }));
  reconcile(holder, items, ({ block }) => renderBlock(block, here));
}

function start() {
  const panel = at("start");
  const about = state.about;
  panel.hidden = !about.start_here.length || remembered(START_CLOSED);
  at("start-again").hidden = !about.start_here.length || !panel.hidden;
  reconcile(panel, [{ key: "start", signature: JSON.stringify(about) }], () => {
    const steps = about.start_here.map((step, number) => {
      const one = state.people.find((person) => person.id === step.persona);
      const label = step.command ? `Type ${step.command}` : "Go there";
      const act = () => {
        waiting = step.command;
        go(step.persona, one && appOf(one) === "teams" ? "teams:" : slackView(step.persona));
      };
      return h("li", {}, h("div", {}, h("strong", {}, `As ${one?.name ?? step.persona}: `), step.text),
        h("button", { type: "button", class: "button", id: `start-${number}`, onclick: act }, label));
    });
    const close = h("button", { type: "button", class: "quiet", onclick: () => remember(START_CLOSED, true) }, "Close");
    return h("div", {}, h("div", { class: "start-head" }, h("h2", { id: "start-heading" }, "Start here"), close), h("p", {}, about.introduction), h("ol", {}, steps));
  });
}

function authorities() {
  const { authorities: offered, authority } = state.about;
  at("authorities").hidden = offered.length < 2;
  reconcile(at("authority"), offered.map((one) => ({ key: one.name, signature: JSON.stringify(one), one })), ({ one }) =>
    h("option", { value: one.name, selected: one.name === authority ? "" : undefined }, one.title));
}

// The program ends its workspace and begins another at the same address: look for it until it answers.
async function beginAnew(event) {
  event.preventDefault();
  const name = at("authority").value;
  if (name === state.about.authority) {
    at("moved").textContent = "This authority is the one that you are in.";
    return;
  }
  if (!(await postOrComplain("authority", { name })).ok) return;
  at("moved").textContent = "One moment: the workspace begins anew.";
  for (let tries = 0; tries < 120; tries += 1) {
    await new Promise((then) => setTimeout(then, 500));
    if ((await fetchState(null))?.about.authority === name) {
      location.replace(location.pathname);
      return;
    }
  }
  complain("The workspace did not come back. Is it still running?");
}

function remembered(key) {
  try { return localStorage.getItem(key) === "yes"; } catch { return false; }
}

function remember(key, yes) {
  try { localStorage.setItem(key, yes ? "yes" : "no"); } catch { /* Private windows may refuse; then it is asked again. */ }
  render();
  if (!yes) at("start-heading")?.closest("section").querySelector("button")?.focus();
  else at("main").focus();
}

function titles(heading) {
  const unread = app() === "teams" ? me().unread_in_teams : me().unread;
  at("heading").textContent = heading;
  at("subheading").textContent = `You are ${me().name}, ${me().title}.`;
  at("team").textContent = state.team.name;
  at("clock").textContent = state.time.text;
  at("clock").dateTime = state.time.now;
  at("side-summary").textContent = `${me().name} · ${heading}`;
  document.title = `${unread ? `(${unread}) ` : ""}${heading} · ${state.about.title}`;
}

function render() {
  setContext({
    people: new Map([...state.people.map((one) => [one.id, one.name]), [state.bot.user_id, state.bot.name]]),
    channels: new Map(state.channels.map((one) => [one.id, one.name])),
    zone: state.time.zone,
    now: new Date(state.time.now),
  });
  const current = view();
  const channel = state.channels.find((one) => one.id === current);
  const chat = state.teams?.chats.find((one) => teamsView(one.id) === current);
  const where = { user: state.me, people: state.people, zone: state.time.zone };
  const beside = { mail: "Mailbox", calendar: "Calendar" }[current];
  titles(beside ?? (chat ? `${chat.name} in Teams` : channel ? (channel.direct ? channel.name : `# ${channel.name}`) : "Home"));
  useApp(me(), app());
  people();
  views();
  apps();
  authorities();
  start();
  document.body.classList.toggle("teams", Boolean(chat));
  if (chat) inAChat(chat);
  else if (channel) inAChannel(channel, where);
  else {
    at("foot").replaceChildren();
    if (current === "mail") renderMail(at("content"), state);
    else if (current === "calendar") renderCalendar(at("content"), state);
    else home(where);
  }
  renderModals(state, where);
  if (cardsAreHere()) renderTeamsDialog(state);
  if (route.message) showMessage();
}

function inAChannel(channel, where) {
  renderMessages(at("content"), channel, state, where);
  foot(composer(state.about, state.me, channel.id));
  if (channel.unread && document.visibilityState === "visible") post("read", { user: state.me, channel: channel.id });
}

function inAChat(chat) {
  if (!cardsAreHere()) {
    loadCards().then(render, () => complain("The workspace does not hand out its cards. Is it still running?"));
    return;
  }
  renderTeams(at("content"), chat, state);
  foot(teamsComposer(state.teams, state.me, chat));
}

function foot(form) {
  if (!at("foot").contains(form)) at("foot").replaceChildren(form);
}

function showMessage() {
  const node = at(`m-${route.message}`);
  route.message = null;
  node?.scrollIntoView({ block: "center" });
  node?.focus();
}

// By hand: scrollIntoView would also move the place from which the Tab key goes on.
function keepInSight() {
  const [side, me] = [at("side"), at(`persona-${state.me}`)];
  const [frame, row] = [side.getBoundingClientRect(), me.getBoundingClientRect()];
  if (row.top < frame.top || row.bottom > frame.bottom) side.scrollTop += row.top - frame.top - frame.height / 2;
}

let opened = "";
async function arrived() {
  readRoute();
  if (!location.hash) route.persona = state?.me ?? null;
  at("side-toggle").setAttribute("aria-expanded", "false");
  complain("");
  await refresh();
  if (!state) return;
  const now = `${state?.me} ${view()}`;
  if (view() === "home" && opened !== now) postOrComplain("home", { user: state.me });
  if (opened && opened !== now) announce(`${at("heading").textContent}. ${at("subheading").textContent}`);
  if (opened !== now) keepInSight();
  opened = now;
  if (waiting) putCommand(waiting);
  waiting = null;
}

async function moveTime(button) {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  const outcome = await postOrComplain("time", { step: button.dataset.step });
  button.removeAttribute("aria-busy");
  if (outcome.sentence) at("moved").textContent = outcome.sentence;
}

for (const button of document.querySelectorAll("[data-step]")) button.addEventListener("click", () => moveTime(button));
at("authorities").addEventListener("submit", beginAnew);
at("start-again").addEventListener("click", () => remember(START_CLOSED, false));
at("side-toggle").addEventListener("click", () => {
  const open = at("side-toggle").getAttribute("aria-expanded") !== "true";
  at("side-toggle").setAttribute("aria-expanded", String(open));
});
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  at("main").focus();
});
addEventListener("hashchange", arrived);
document.addEventListener("visibilitychange", () => state && document.visibilityState === "visible" && refresh());
// The clock moves on by itself, so look again now and then even when nothing has happened.
setInterval(() => document.visibilityState === "visible" && refresh(), 30000);
await arrived();
let lost = false;
listen(refresh, (fine) => {
  if (fine === !lost) return;
  lost = !fine;
  complain(lost ? "The connection to the workspace is lost. Trying again…" : "");
});
