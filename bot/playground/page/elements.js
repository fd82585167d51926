// Buttons, overflow menus, and the inputs as they stand in a block: what each tells the workspace.

import { postOrComplain } from "./api.js";
import * as drafts from "./drafts.js";
import { busyWhile, h } from "./dom.js";
import { buildInput, isInput, offers } from "./inputs.js";
import { askFirst } from "./confirm.js";
import { menuButton } from "./menus.js";
import { plain } from "./text.js";

export const controlId = (surface, block, element) => `c ${surface} ${block.block_id} ${element.action_id}`.replaceAll(" ", "~");

async function act(where, block, element, value) {
  if (!(await askFirst(element.confirm))) return false;
  await drafts.flush(where.user, where.surface);
  const body = { user: where.user, surface: where.surface, block_id: block.block_id, action_id: element.action_id, value };
  await postOrComplain("action", body);
  return true;
}

function button(element, block, where) {
  const properties = { id: controlId(where.surface, block, element), class: `button ${element.style ?? ""}`, "aria-label": element.accessibility_label };
  const linked = element.url && /^https?:/i.test(element.url);
  const node = linked
    ? h("a", { ...properties, href: element.url, target: "_blank", rel: "noopener noreferrer" }, plain(element.text.text))
    : h("button", { ...properties, type: "button" }, plain(element.text.text));
  node.addEventListener("click", () => busyWhile(node, () => act(where, block, element)));
  return node;
}

function overflow(element, block, where) {
  const choose = (option) => (opener) => {
    if (option.url && /^https?:/i.test(option.url)) window.open(option.url, "_blank", "noopener");
    busyWhile(opener, () => act(where, block, element, option.value));
  };
  return menuButton(controlId(where.surface, block, element), element.options.map((option) => ({ label: plain(option.text.text), act: choose(option) })));
}

// An input where it stands. `labels` names it; in an input block it keeps its value, elsewhere it acts at once.
export function input(element, block, where, labels) {
  const draft = drafts.get(where.surface, block.block_id, element.action_id);
  const usable = draft && offers(element, draft.value);
  if (draft && !usable) drafts.forget(where.surface, block.block_id, element.action_id);
  const inBlock = block.type === "input";
  const keep = (value, how) => drafts.keep(where.user, where.surface, block.block_id, element.action_id, value, how);
  const place = {
    id: controlId(where.surface, block, element),
    user: where.user,
    people: where.people,
    zone: where.zone,
    value: usable ? draft.value : where.typed?.[block.block_id]?.[element.action_id],
    required: inBlock && !block.optional,
    dispatches: inBlock && block.dispatch_action,
    typed: (value) => keep(value, { soon: true }),
    entered: (value) => keep(value, { enter: true }),
    chosen: async (value) => {
      if (inBlock) keep(value, { enter: true });
      else if (!(await act(where, block, element, value))) return false;
      place.value = value;
      return true;
    },
    ...labels,
  };
  return buildInput(element, place);
}

function nameOf(element, labelledBy) {
  const words = element.placeholder?.text;
  if (labelledBy) return { labelledBy };
  return { label: words ? plain(words) : { datepicker: "Date", timepicker: "Time", users_select: "Person" }[element.type] ?? "Choose" };
}

// Any element of a section or an actions block.
export function element(one, block, where, labelledBy) {
  if (one.type === "button") return button(one, block, where);
  if (one.type === "overflow") return overflow(one, block, where);
  if (one.type === "image") return picture(one);
  if (!isInput(one)) return h("span", { class: "more" }, `(${one.type} cannot be shown here)`);
  const names = nameOf(one, labelledBy);
  const { node, group } = input(one, block, where, names);
  if (!group) return node;
  return h("div", { role: "group", "aria-labelledby": names.labelledBy, "aria-label": names.label }, node);
}

// Pictures are never fetched from elsewhere: their description stands in for them, unless they are data.
export function picture(one) {
  if (/^data:image\//.test(one.image_url ?? "")) return h("img", { src: one.image_url, alt: one.alt_text });
  return h("span", { class: "picture", role: "img", "aria-label": one.alt_text }, one.alt_text);
}
