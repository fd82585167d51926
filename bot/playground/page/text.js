// Slack's mrkdwn, dates and plain text, as DOM nodes.

import { h } from "./dom.js";

const EMOJI = {
  white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", calendar: "📅", date: "📅", bell: "🔔",
  hourglass: "⌛", hourglass_flowing_sand: "⏳", clock3: "🕒", memo: "📝", eyes: "👀", wave: "👋", tada: "🎉",
  information_source: "ℹ️", question: "❓", exclamation: "❗", rotating_light: "🚨", arrow_up: "⬆️", arrow_right: "➡️",
  speech_balloon: "💬", house: "🏠", house_with_garden: "🏡", seedling: "🌱", red_circle: "🔴", large_orange_circle: "🟠",
  large_yellow_circle: "🟡", large_green_circle: "🟢", large_blue_circle: "🔵", clipboard: "📋", lock: "🔒",
  pushpin: "📌", busts_in_silhouette: "👥", bust_in_silhouette: "👤", email: "✉️", link: "🔗", thumbsup: "👍",
};

let context = { people: new Map(), channels: new Map(), zone: "Europe/London", now: new Date() };
export function setContext(next) {
  context = next;
}

export function unescape(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

export function emoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] ?? whole);
}

export function plain(text) {
  return emoji(unescape(text));
}

function format(moment, options) {
  return new Intl.DateTimeFormat("en-GB", { timeZone: context.zone, ...options }).format(moment);
}

export const clockTime = (moment) => format(moment, { hour: "2-digit", minute: "2-digit" });
// Without the comma that the browser's own British format puts after the weekday.
export const longDay = (moment) =>
  format(moment, { weekday: "long", day: "numeric", month: "long", year: "numeric" }).replace(",", "");

function near(moment, otherwise) {
  const day = (date) => format(date, { year: "numeric", month: "2-digit", day: "2-digit" });
  const shifted = (days) => day(new Date(context.now.getTime() + days * 86400000));
  if (day(moment) === shifted(0)) return "today";
  if (day(moment) === shifted(1)) return "tomorrow";
  if (day(moment) === shifted(-1)) return "yesterday";
  return otherwise;
}

const DATE_PARTS = {
  date_num: (m) => format(m, { year: "numeric", month: "2-digit", day: "2-digit" }),
  date_slash: (m) => format(m, { year: "numeric", month: "2-digit", day: "2-digit" }),
  date: (m) => format(m, { day: "numeric", month: "long", year: "numeric" }),
  date_short: (m) => format(m, { day: "numeric", month: "short", year: "numeric" }),
  date_long: longDay,
  date_pretty: (m) => near(m, DATE_PARTS.date(m)),
  date_short_pretty: (m) => near(m, DATE_PARTS.date_short(m)),
  date_long_pretty: (m) => near(m, DATE_PARTS.date_long(m)),
  time: clockTime,
  time_secs: (m) => format(m, { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  day_divider_pretty: (m) => near(m, longDay(m)),
};

export function dateText(seconds, pattern, fallback) {
  const moment = new Date(Number(seconds) * 1000);
  if (Number.isNaN(moment.getTime())) return fallback;
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => DATE_PARTS[name]?.(moment) ?? whole);
}

export function person(id) {
  const name = context.people.get(id) ?? id;
  return h("span", { class: "mention" }, `@${name}`);
}

export function link(address, words) {
  if (!/^(https?:|mailto:)/i.test(address)) return document.createTextNode(words);
  return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, words);
}

// What stands between < and >.
function angled(inside) {
  const [target, label] = inside.split(/\|(.*)/s);
  if (target.startsWith("@")) return person(target.slice(1));
  if (target.startsWith("#")) return h("span", { class: "mention" }, `#${label || context.channels.get(target.slice(1)) || target.slice(1)}`);
  if (target.startsWith("!date^")) {
    const [, seconds, pattern, address] = target.split("^");
    const words = dateText(seconds, pattern, unescape(label ?? ""));
    const time = h("time", { datetime: new Date(Number(seconds) * 1000).toISOString() }, words);
    return address ? h("span", {}, link(address, words)) : time;
  }
  if (target.startsWith("!")) return h("span", { class: "mention" }, `@${label || target.slice(1)}`);
  return link(unescape(target), plain(label || target.replace(/^mailto:/, "")));
}

const BEFORE = "(^|[\\s(\\[\"'’“—–\\-*_~.,;:!?>])";
const AFTER = "(?=$|[\\s)\\]\"'’”—–\\-*_~.,;:!?<])";
const marked = (sign) => new RegExp(`${BEFORE}\\${sign}([^\\s\\${sign}](?:[^\\${sign}\\n]*[^\\s\\${sign}])?)\\${sign}${AFTER}`);
const RULES = [
  { pattern: /()`([^`\n]+)`/, build: (text) => h("code", {}, unescape(text)) },
  { pattern: /()<([^<>\n]+)>/, build: angled },
  { pattern: marked("*"), build: (text) => h("strong", {}, inline(text)) },
  { pattern: marked("_"), build: (text) => h("em", {}, inline(text)) },
  { pattern: marked("~"), build: (text) => h("s", {}, inline(text)) },
];

function inline(text) {
  let first = null;
  for (const rule of RULES) {
    const match = rule.pattern.exec(text);
    if (!match) continue;
    const start = match.index + match[1].length;
    if (!first || start < first.start) first = { rule, match, start };
  }
  if (!first) return text ? [document.createTextNode(plain(text))] : [];
  const end = first.match.index + first.match[0].length;
  return [...inline(text.slice(0, first.start)), first.rule.build(first.match[2]), ...inline(text.slice(end))];
}

function lines(text) {
  const nodes = [];
  let list = null;
  let quote = null;
  const rows = text.split("\n");
  rows.forEach((row, number) => {
    const point = /^\s*[•◦▪-]\s+(.*)$/.exec(row);
    const said = /^(?:&gt;|>)\s?(.*)$/.exec(row);
    if (point) {
      if (!list) nodes.push((list = h("ul", { class: "points" })));
      list.append(h("li", {}, inline(point[1])));
    } else if (said) {
      if (!quote) nodes.push((quote = h("blockquote")));
      else quote.append(h("br"));
      quote.append(...inline(said[1]));
    } else {
      const afterBlock = list || quote;
      if (number > 0 && !afterBlock) nodes.push(h("br"));
      nodes.push(...inline(row));
    }
    if (!point) list = null;
    if (!said) quote = null;
  });
  return nodes;
}

// mrkdwn → nodes.
export function mrkdwn(text) {
  return text.split(/```\n?([\s\S]*?)\n?```\n?/).flatMap((part, number) => {
    if (number % 2) return [h("pre", { tabindex: "0" }, h("code", {}, unescape(part)))];
    return part ? lines(part.replace(/^\n|\n$/g, "")) : [];
  });
}

// A text object → nodes.
export function textNodes(object) {
  if (object.type === "mrkdwn") return mrkdwn(object.text);
  return object.text.split("\n").flatMap((row, number) => (number ? [h("br"), plain(row)] : [plain(row)]));
}

// The same as words only, for labels.
export function words(object) {
  return h("span", {}, textNodes(object)).textContent;
}
