// Builds elements. Text only ever becomes text nodes: nothing here or elsewhere parses HTML.

export function h(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "class") node.className = value;
    else if (name === "value" || name === "checked") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

// Makes `parent` hold one child for each item, in order. A child whose key and signature are as before is left
// alone, so that focus, a half-written word and the place of the cursor survive.
export function reconcile(parent, items, build) {
  const old = new Map([...parent.children].map((node) => [node.dataset.key, node]));
  const focused = document.activeElement?.id;
  let place = parent.firstElementChild;
  for (const item of items) {
    let node = old.get(item.key);
    old.delete(item.key);
    if (!node || node.dataset.signature !== item.signature) {
      const fresh = build(item);
      fresh.dataset.key = item.key;
      fresh.dataset.signature = item.signature;
      if (node) {
        if (node === place) place = fresh;
        node.replaceWith(fresh);
      }
      node = fresh;
    }
    if (node === place) place = place.nextElementSibling;
    else parent.insertBefore(node, place);
  }
  for (const node of old.values()) node.remove();
  if (focused && document.activeElement?.id !== focused) document.getElementById(focused)?.focus();
}

const announcer = document.getElementById("announcer");
export function announce(text) {
  announcer.textContent = "";
  requestAnimationFrame(() => (announcer.textContent = text));
}

const problem = document.getElementById("problem");
let problemTimer;
export function complain(text) {
  clearTimeout(problemTimer);
  problem.replaceChildren();
  if (!text) return;
  const close = h("button", { type: "button", class: "quiet", onclick: () => complain("") }, "Close");
  problem.append(h("p", {}, text), close);
  problemTimer = setTimeout(() => complain(""), 20000);
}

// Does the work unless the node is at it already, and shows that it is.
export async function busyWhile(node, work) {
  if (node.getAttribute("aria-busy") === "true") return;
  node.setAttribute("aria-busy", "true");
  try {
    await work();
  } finally {
    node.removeAttribute("aria-busy");
  }
}
