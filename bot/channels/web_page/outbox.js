// Messages on their way: kept in the browser until the server has taken them, sent one after another, in order.
// Each carries its own id, so that one sent twice (its receipt was lost) is handled once.

const FIRST_RETRY_MS = 2000;
const PATIENCE_MS = 20000;
const SLOWEST_RETRY_MS = 30000;

class Refused extends Error {}

/** An id for a message. Not crypto.randomUUID: that is missing on pages served without TLS. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Post to the server within `patience` milliseconds. Throws a refusal when it will never be taken, another
 *  error when it may be later. */
export async function post(path, id, body, patience, headers = {}) {
  const signal = AbortSignal.timeout(patience);
  const all = { "X-Message-Id": id, ...headers };
  const response = await fetch(path, { method: "POST", body, signal, headers: all });
  if (response.ok) return;
  const answer = await response.json().catch(() => ({}));
  const mayBeTaken = response.status >= 500 || [401, 408, 429].includes(response.status);
  throw new (mayBeTaken ? Error : Refused)(answer.error || "");
}

/** Whether sending again is of no use; the error's message says why, in words for people. */
export const isRefusal = (error) => error instanceof Refused;

export class Outbox {
  /** `owner` keeps one person's messages from being sent by another; `onChange(item, state, why)` follows each:
   *  "sending", "waiting", "sent" or "failed". */
  constructor(owner, onChange) {
    this.place = `xongviec.outbox.${owner}`;
    this.onChange = onChange;
    this.items = this.#stored();
    this.busy = false;
    this.timer = 0;
    this.wait = FIRST_RETRY_MS;
  }

  /** Keep a message, {"text"} or {"choice"} with its label as `shown`, and send it. */
  add(body, shown) {
    const item = { id: newId(), body, shown, at: new Date().toISOString() };
    this.items.push(item);
    this.#store();
    this.flush();
    return item;
  }

  /** Send all that waits; returns when all is sent or the network refuses. */
  async flush() {
    if (this.busy) return;
    this.busy = true;
    clearTimeout(this.timer);
    try {
      while (this.items.length) await this.#send(this.items[0]);
      this.wait = FIRST_RETRY_MS;
    } catch (error) {
      const why = error.constructor === Error ? error.message : "";
      this.items.forEach((item) => this.onChange(item, "waiting", why));
      this.timer = setTimeout(() => this.flush(), this.wait);
      this.wait = Math.min(this.wait * 2, SLOWEST_RETRY_MS);
    } finally {
      this.busy = false;
    }
  }

  async #send(item) {
    this.onChange(item, "sending");
    try {
      const body = JSON.stringify(item.body);
      await post("/chat/api/messages", item.id, body, PATIENCE_MS, { "Content-Type": "application/json" });
      this.onChange(item, "sent");
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.onChange(item, "failed", error.message);
    }
    this.items.shift();
    this.#store();
  }

  #stored() {
    try {
      return JSON.parse(localStorage.getItem(this.place)) || [];
    } catch {
      return []; // private windows may have no storage
    }
  }

  #store() {
    try {
      localStorage.setItem(this.place, JSON.stringify(this.items));
    } catch {
      // Without storage the message still goes out; only a reload before that would lose it.
    }
  }
}
