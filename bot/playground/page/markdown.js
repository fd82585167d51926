// The small Markdown of Adaptive Cards and Teams messages, as HTML whose every other sign is escaped.

const SIGNS = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escaped = (text) => text.replace(/[&<>"']/g, (sign) => SIGNS[sign]);

function inline(text) {
  return escaped(text)
    .replace(/\[([^\]]+)\]\((https?:[^\s)]+|mailto:[^\s)]+)\)/g, '<a href="$2" target="_blank" rel="noopener noreferrer">$1</a>')
    .replace(/\*\*(\S(?:.*?\S)?)\*\*/g, "<strong>$1</strong>")
    .replace(/(^|[\s(])_(\S(?:.*?\S)?)_(?=$|[\s).,;:!?])/g, "$1<em>$2</em>")
    .replace(/\\([\\`*_{}[\]()#+\-.!])/g, "$1");
}

export function markdown(text) {
  const parts = [];
  let list = null;
  for (const row of text.split(/\r?\n/)) {
    const point = /^\s*([-*]|\d+[.)])\s+(.*)$/.exec(row);
    const tag = point && (/\d/.test(point[1]) ? "ol" : "ul");
    if (list && list !== tag) parts.push(`</${list}>`);
    if (point && list !== tag) parts.push(`<${tag} class="points">`);
    if (point) parts.push(`<li>${inline(point[2])}</li>`);
    else parts.push(parts.length && !list ? `<br>${inline(row)}` : inline(row));
    list = tag;
  }
  if (list) parts.push(`</${list}>`);
  return parts.join("");
}

// Nodes of a text: Markdown or plain. `markdown` escapes all that it does not make itself.
export function textIn(text, format) {
  const node = document.createElement("div");
  node.className = "text";
  if (format === "plain") node.append(...text.split("\n").flatMap((row, number) => (number ? [document.createElement("br"), row] : [row])));
  else node.innerHTML = markdown(text);
  return node;
}
