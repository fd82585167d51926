// Everything a person types into or chooses from. Each builder returns { node, group }: `group` is true where the
// control is a group of its own and needs a fieldset rather than a label.

import { attach } from "./api.js";
import { h } from "./dom.js";
import { plain, textNodes, words } from "./text.js";

const placeholder = (element, otherwise = "") => (element.placeholder ? words(element.placeholder) : otherwise);

function described(place) {
  return { id: place.id, "aria-describedby": place.describedBy, "aria-labelledby": place.labelledBy, "aria-label": place.label };
}

function textInput(element, place, properties) {
  const box = h("input", {
    ...described(place), ...properties, value: place.value ?? "", placeholder: placeholder(element) || undefined,
    "aria-required": place.required ? "true" : undefined, autocomplete: "off",
  });
  box.addEventListener("input", () => place.typed(box.value));
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && place.dispatches) {
      event.preventDefault();
      place.entered(box.value);
    }
  });
  return { node: box };
}

function withCounter(box, element) {
  const most = element.max_length;
  if (!most) return box;
  const counter = h("p", { class: "counter", role: "status" });
  const show = () => {
    const left = most - box.value.length;
    const near = left < 0 || (most > 40 && left <= Math.max(20, most * 0.1));
    counter.textContent = !near ? "" : left >= 0 ? `${left} characters left` : `${-left} characters too many`;
    counter.classList.toggle("over", left < 0);
  };
  box.addEventListener("input", show);
  show();
  return h("div", {}, box, counter);
}

function plainText(element, place) {
  if (!element.multiline) {
    const { node } = textInput(element, place, { type: "text" });
    return { node: withCounter(node, element) };
  }
  const box = h("textarea", {
    ...described(place), rows: "4", placeholder: placeholder(element) || undefined,
    "aria-required": place.required ? "true" : undefined,
  });
  box.value = place.value ?? "";
  box.addEventListener("input", () => place.typed(box.value));
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) box.form?.requestSubmit();
  });
  return { node: withCounter(box, element) };
}

function menu(element, place, entries) {
  const box = h("select", { ...described(place), "aria-required": place.required ? "true" : undefined });
  box.append(h("option", { value: "" }, placeholder(element, "Choose")));
  box.append(...entries);
  box.value = place.value ?? "";
  if (box.selectedIndex < 0) box.value = "";
  box.addEventListener("change", async () => {
    if (!(await place.chosen(box.value || null))) box.value = place.value ?? "";
  });
  return { node: box };
}

const entry = (option) => h("option", { value: option.value }, plain(option.text.text));

function staticSelect(element, place) {
  const groups = (element.option_groups ?? []).map((group) =>
    h("optgroup", { label: words(group.label) }, group.options.map(entry)));
  return menu(element, place, [...(element.options ?? []).map(entry), ...groups]);
}

function usersSelect(element, place) {
  return menu(element, place, place.people.map((one) => h("option", { value: one.id }, `${one.name}, ${one.title}`)));
}

function choices(type, place, offered) {
  const chosen = new Set(Array.isArray(place.value) ? place.value : place.value ? [place.value] : []);
  const boxes = [];
  const report = async () => {
    const values = boxes.filter((box) => box.checked).map((box) => box.value);
    const accepted = await place.chosen(type === "radio" ? (values[0] ?? null) : values);
    if (!accepted) for (const box of boxes) box.checked = chosen.has(box.value);
  };
  const rows = offered.map((option, number) => {
    const id = number ? `${place.id}-${number}` : place.id;
    const more = option.description ? `${id}-more` : undefined;
    const box = h("input", {
      type, id, name: place.id, value: option.value, checked: chosen.has(option.value), "aria-describedby": more, onchange: report,
    });
    boxes.push(box);
    const description = more && h("span", { id: more, class: "more" }, textNodes(option.description));
    return h("div", { class: "choice" }, box, h("div", {}, h("label", { for: id }, textNodes(option.text)), description));
  });
  return { node: h("div", { class: `choices${offered.length > 10 ? " many" : ""}` }, rows), group: true };
}

function manyOptions(element, place) {
  const groups = element.option_groups ?? [];
  return choices("checkbox", place, [...(element.options ?? []), ...groups.flatMap((group) => group.options)]);
}

function manyUsers(element, place) {
  const offered = place.people.map((one) => ({ value: one.id, text: { type: "plain_text", text: `${one.name}, ${one.title}` } }));
  return choices("checkbox", place, offered);
}

function moment(type, element, place, show, read) {
  const box = h("input", { ...described(place), type, value: show(place.value), "aria-required": place.required ? "true" : undefined });
  box.addEventListener("change", async () => {
    if (!(await place.chosen(box.value ? read(box.value) : null))) box.value = show(place.value);
  });
  return { node: box };
}

// Wall-clock time in the workspace's zone ↔ seconds since 1970.
function zoned(seconds, zone) {
  const parts = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "short" });
  return parts.format(new Date(seconds * 1000)).replace(" ", "T");
}

function unzoned(wall, zone) {
  const asUtc = Date.parse(`${wall}:00Z`) / 1000;
  const offset = Date.parse(`${zoned(asUtc, zone)}:00Z`) / 1000 - asUtc;
  return asUtc - offset;
}

// A file is handed over when it is chosen; the input then holds it by its id, and shows its name with the way to take it out.
function files(element, place) {
  const most = element.max_files ?? 10;
  const accept = (element.filetypes ?? []).map((ending) => `.${ending}`).join(",");
  const box = h("input", {
    ...described(place), type: "file", multiple: most > 1, accept: accept || undefined, "aria-required": place.required ? "true" : undefined,
  });
  const list = h("ul", { class: "files" });
  const show = () => list.replaceChildren(...(place.value ?? []).map((file) => {
    const out = h("button", { type: "button", class: "quiet", "aria-label": `Take out ${plain(file.name)}` }, "×");
    out.addEventListener("click", () => hold(place.value.filter((one) => one.id !== file.id)));
    return h("li", {}, plain(file.name), out);
  }));
  const hold = async (value) => {
    await place.chosen(value);
    show();
  };
  box.addEventListener("change", async () => {
    const chosen = await Promise.all([...box.files].map((file) => attach(place.user, file)));
    box.value = "";
    await hold([...(most > 1 ? (place.value ?? []) : []), ...chosen.filter(Boolean)]);
  });
  show();
  return { node: h("div", {}, box, list) };
}

const same = (value) => value ?? "";
const BUILDERS = {
  plain_text_input: plainText,
  email_text_input: (element, place) => textInput(element, place, { type: "email" }),
  url_text_input: (element, place) => textInput(element, place, { type: "url" }),
  number_input: (element, place) => textInput(element, place, { type: "text", inputmode: element.is_decimal_allowed ? "decimal" : "numeric" }),
  file_input: files,
  static_select: staticSelect,
  users_select: usersSelect,
  multi_static_select: manyOptions,
  multi_users_select: manyUsers,
  radio_buttons: (element, place) => choices("radio", place, element.options),
  checkboxes: (element, place) => choices("checkbox", place, element.options),
  datepicker: (element, place) => moment("date", element, place, same, same),
  timepicker: (element, place) => moment("time", element, place, same, same),
  datetimepicker: (element, place) => moment("datetime-local", element, place,
    (seconds) => (seconds ? zoned(seconds, place.zone) : ""), (wall) => unzoned(wall, place.zone)),
};

export const isInput = (element) => element.type in BUILDERS;
export const isGroup = (element) => ["radio_buttons", "checkboxes", "multi_static_select", "multi_users_select"].includes(element.type);

export function buildInput(element, place) {
  return BUILDERS[element.type](element, place);
}

// Whether a value can still be held: an option may be gone.
export function offers(element, value) {
  const offered = [...(element.options ?? []), ...(element.option_groups ?? []).flatMap((group) => group.options)];
  if (!offered.length || value === null) return true;
  return [value].flat().every((one) => offered.some((option) => option.value === one));
}
