// Block Kit → nodes.

import { h } from "./dom.js";
import { controlId, element, input, picture } from "./elements.js";
import { isGroup } from "./inputs.js";
import { richText } from "./richtext.js";
import { plain, textNodes } from "./text.js";

function section(block, where) {
  const id = `t~${where.surface}~${block.block_id}`;
  const text = block.text && h("div", { class: "text", id }, textNodes(block.text));
  const fields = block.fields && h("div", { class: "fields" }, block.fields.map((field) => h("div", { class: "text" }, textNodes(field))));
  const accessory = block.accessory && h("div", { class: "accessory" }, element(block.accessory, block, where, block.text && id));
  return h("div", { class: "block section" }, h("div", { class: "section-main" }, text, fields), accessory);
}

function context(block) {
  const items = block.elements.map((item) => h("span", { class: "item" }, item.type === "image" ? picture(item) : textNodes(item)));
  return h("div", { class: "block context" }, items);
}

// An input block. Its `showError` changes the error without touching what is being typed.
function inputBlock(block, where) {
  const one = block.element;
  const id = controlId(where.surface, block, one);
  const [hintId, errorId] = [`${id}~hint`, `${id}~error`];
  const label = [...textNodes(block.label), block.optional ? h("span", { class: "optional" }, " (optional)") : null];
  const hint = block.hint && h("p", { class: "hint", id: hintId }, textNodes(block.hint));
  const error = h("p", { class: "error", id: errorId });
  const describedBy = [block.hint && hintId, errorId].filter(Boolean).join(" ");
  const { node } = input(one, block, where, { describedBy });
  const group = isGroup(one);
  const holder = group
    ? h("fieldset", { class: "block input", "aria-describedby": describedBy }, h("legend", {}, label), hint, error, node)
    : h("div", { class: "block input" }, h("label", { for: id }, label), hint, error, node);
  holder.showError = (sentence) => {
    error.textContent = sentence ?? "";
    holder.classList.toggle("wrong", Boolean(sentence));
    for (const control of holder.querySelectorAll("input, select, textarea")) {
      if (sentence) control.setAttribute("aria-invalid", "true");
      else control.removeAttribute("aria-invalid");
    }
  };
  return holder;
}

function image(block) {
  const title = block.title && h("figcaption", {}, plain(block.title.text));
  return h("figure", { class: "block" }, title, picture(block));
}

// where: { surface, user, people, zone, typed, level }; level: of the headings that header blocks become.
export function renderBlock(block, where) {
  switch (block.type) {
    case "section": return section(block, where);
    case "header": return h(`h${where.level}`, { class: "block header" }, plain(block.text.text));
    case "divider": return h("hr", { class: "block" });
    case "context": return context(block);
    case "actions": return h("div", { class: "block actions" }, block.elements.map((one) => element(one, block, where)));
    case "input": return inputBlock(block, where);
    case "image": return image(block);
    case "rich_text": return richText(block);
    default: return h("p", { class: "block more" }, `(${block.type} cannot be shown here)`);
  }
}
