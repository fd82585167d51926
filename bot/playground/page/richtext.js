// rich_text blocks, with a Copy button on preformatted text.

import { announce, h } from "./dom.js";
import { dateText, emoji, link, person } from "./text.js";

function styled(node, style = {}) {
  let result = node;
  for (const [name, tag] of [["code", "code"], ["strike", "s"], ["italic", "em"], ["bold", "strong"], ["underline", "u"]]) {
    if (style[name]) result = h(tag, {}, result);
  }
  return result;
}

function withBreaks(text) {
  return h("span", {}, text.split("\n").flatMap((row, number) => (number ? [h("br"), row] : [row])));
}

function inline(item) {
  switch (item.type) {
    case "text": return styled(withBreaks(item.text), item.style);
    case "link": return styled(link(item.url, item.text || item.url), item.style);
    case "user": return styled(person(item.user_id), item.style);
    case "emoji": return document.createTextNode(emoji(`:${item.name}:`));
    default: return styled(document.createTextNode(dateText(item.timestamp, item.format, item.fallback || "")), item.style);
  }
}

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
    announce("Copied.");
  } catch {
    button.textContent = "Select and copy by hand";
    const range = document.createRange();
    range.selectNodeContents(button.parentElement.querySelector("pre"));
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  }
  setTimeout(() => (button.textContent = "Copy"), 2500);
}

function preformatted(element) {
  const pre = h("pre", { tabindex: "0", "aria-label": "Text to copy", role: "region" }, element.elements.map((item) => item.text ?? item.url ?? ""));
  const button = h("button", { type: "button", class: "copy" }, "Copy");
  button.addEventListener("click", () => copy(pre.textContent, button));
  return h("div", { class: "preformatted" }, button, pre);
}

function part(element) {
  switch (element.type) {
    case "rich_text_list": {
      const tag = element.style === "ordered" ? "ol" : "ul";
      const start = element.offset ? element.offset + 1 : undefined;
      const items = element.elements.map((section) => h("li", {}, section.elements.map(inline)));
      return h(tag, { class: `points indent-${element.indent ?? 0}`, start }, items);
    }
    case "rich_text_quote": return h("blockquote", {}, element.elements.map(inline));
    case "rich_text_preformatted": return preformatted(element);
    default: return h("p", {}, element.elements.map(inline));
  }
}

export function richText(block) {
  return h("div", { class: "rich" }, block.elements.map(part));
}
