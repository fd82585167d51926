// Talks to /ui/. Addresses are relative, so that the page works wherever it is mounted.

import { complain } from "./dom.js";

export async function fetchState(user) {
  const query = user ? `?user=${encodeURIComponent(user)}` : "";
  try {
    const response = await fetch(`ui/state${query}`, { cache: "no-store" });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}

export async function post(path, body) {
  try {
    const response = await fetch(`ui/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Playground": "1" },
      body: JSON.stringify(body),
    });
    return await response.json();
  } catch {
    return { ok: false, problem: "The workspace does not answer. Is it still running?", errors: {} };
  }
}

// The same, and says at the foot of the page what went wrong.
export async function postOrComplain(path, body) {
  const outcome = await post(path, body);
  complain(outcome.problem || "");
  return outcome;
}

// Hands a chosen file over; its id and name, or null after saying at the foot of the page what went wrong.
export async function attach(user, file, path = "attach") {
  const query = `user=${encodeURIComponent(user)}&name=${encodeURIComponent(file.name)}`;
  let outcome;
  try {
    const response = await fetch(`ui/${path}?${query}`, { method: "POST", headers: { "X-Playground": "1" }, body: file });
    outcome = await response.json();
  } catch {
    outcome = { problem: "The file could not be handed over. Is the workspace still running?" };
  }
  complain(outcome.problem || "");
  return outcome.file ?? null;
}

// Calls `changed` at every change, also after the connection was lost and found again.
export function listen(changed, connected) {
  const source = new EventSource("ui/events");
  source.addEventListener("changed", () => {
    connected(true);
    changed();
  });
  source.addEventListener("error", () => {
    connected(false);
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(changed, connected), 2000);
  });
}
