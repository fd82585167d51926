// What is being typed, until the workspace has it; and beyond, so that a redraw never takes a letter back.

import { postOrComplain } from "./api.js";

const SOON = 250;
const surfaces = new Map();

function of(surface) {
  if (!surfaces.has(surface)) surfaces.set(surface, new Map());
  return surfaces.get(surface);
}

const keyOf = (blockId, actionId) => JSON.stringify([blockId, actionId]);

export function get(surface, blockId, actionId) {
  return of(surface).get(keyOf(blockId, actionId));
}

export function forget(surface, blockId, actionId) {
  of(surface).delete(keyOf(blockId, actionId));
}

export function forgetSurface(surface) {
  for (const draft of of(surface).values()) clearTimeout(draft.timer);
  surfaces.delete(surface);
}

function send(user, surface, blockId, actionId, draft, enter) {
  clearTimeout(draft.timer);
  draft.timer = undefined;
  const body = { user, surface, block_id: blockId, action_id: actionId, value: draft.value, enter };
  return postOrComplain("view/change", body);
}

// Keeps a value and reports it: now, or when the typing pauses. enter: Enter was pressed, or a choice was made.
export function keep(user, surface, blockId, actionId, value, { soon = false, enter = false } = {}) {
  const drafts = of(surface);
  const draft = drafts.get(keyOf(blockId, actionId)) ?? {};
  drafts.set(keyOf(blockId, actionId), draft);
  draft.value = value;
  clearTimeout(draft.timer);
  if (!soon) return send(user, surface, blockId, actionId, draft, enter);
  draft.timer = setTimeout(() => send(user, surface, blockId, actionId, draft, false), SOON);
  return undefined;
}

// Reports at once whatever still waits.
export async function flush(user, surface) {
  for (const [key, draft] of of(surface)) {
    if (draft.timer === undefined) continue;
    const [blockId, actionId] = JSON.parse(key);
    await send(user, surface, blockId, actionId, draft, false);
  }
}

// block_id → action_id → value, of what was typed here; nothing is reported any more.
export function take(surface) {
  const values = {};
  for (const [key, draft] of of(surface)) {
    clearTimeout(draft.timer);
    draft.timer = undefined;
    const [blockId, actionId] = JSON.parse(key);
    (values[blockId] ??= {})[actionId] = draft.value;
  }
  return values;
}
