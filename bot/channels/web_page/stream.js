// Lines from the server: server-sent events, and polling where a proxy or an old phone does not let them through.

const POLL_MS = 4000;
const SLOWEST_POLL_MS = 30000;
const STREAM_RETRY_MS = 60000;
const FAILURES_BEFORE_POLLING = 3;

export class Stream {
  /** `onLine(line)` for each new line, once; `onState("online" | "connecting")` as the connection changes. */
  constructor({ onLine, onState }) {
    this.onLine = onLine;
    this.onState = onState;
    this.last = 0;
    this.failures = 0;
    this.source = null;
    this.timer = 0;
  }

  /** Follow the lines after the id `last`; goes on for as long as the page lives. */
  start(last) {
    this.last = last;
    this.#open();
  }

  /** Fetch at once what the stream may have missed. */
  async catchUp() {
    const response = await fetch(`/chat/api/messages?after=${this.last}`);
    if (!response.ok) throw new Error(String(response.status));
    for (const line of await response.json()) this.#take(line);
  }

  /** The network is back or the phone woke up: look at once; a stream that only seems open is opened anew. */
  async wake() {
    try {
      await this.catchUp();
      if (this.source.readyState === EventSource.OPEN) this.onState("online");
      else this.#open();
    } catch {
      this.#open();
    }
  }

  #take(line) {
    if (line.id <= this.last) return;
    this.last = line.id;
    this.onLine(line);
  }

  #open() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = new EventSource(`/chat/api/events?after=${this.last}`);
    this.source.onopen = () => {
      this.failures = 0;
      this.onState("online");
    };
    this.source.onmessage = (event) => this.#take(JSON.parse(event.data));
    this.source.onerror = () => this.#failed();
  }

  #failed() {
    this.failures += 1;
    this.onState("connecting");
    if (this.source.readyState !== EventSource.CLOSED && this.failures < FAILURES_BEFORE_POLLING) return;
    this.source.close();
    this.#poll(Date.now() + STREAM_RETRY_MS, POLL_MS);
  }

  async #poll(streamAgainAt, wait) {
    let next = POLL_MS;
    try {
      await this.catchUp();
      this.onState("online");
    } catch {
      this.onState("connecting");
      next = Math.min(wait * 2, SLOWEST_POLL_MS);
    }
    if (this.source.readyState !== EventSource.CLOSED) return;
    const again = () => (Date.now() > streamAgainAt ? this.#open() : this.#poll(streamAgainAt, next));
    this.timer = setTimeout(again, next);
  }
}
