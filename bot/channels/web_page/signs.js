// Signs around the conversation: the connection, a notice above the composer, somebody typing. And all the words.

const TYPING_MS = 20000;
const MISSED_MS = 8000;

const find = (id) => document.getElementById(id);
const words = new Map([...find("words").content.children].map((one) => [one.dataset.word, one.textContent]));
let typingTimers = [];

/** The words for a key; index.html holds them all. */
export const word = (key) => words.get(key);

/** Show "online" or "connecting"; without any network "offline", whatever was said. */
export function showState(state) {
  const shown = navigator.onLine ? state : "offline";
  find("state").dataset.state = shown;
  find("state-words").textContent = word(shown);
}

/** Say something above the composer; nothing when empty. */
export function notice(said) {
  find("notice").textContent = said;
  find("notice").hidden = !said;
}

/** Somebody is typing, for a while; `missed` is called once meanwhile: a proxy may hold answers back. */
export function showTyping(missed) {
  stopTyping();
  find("typing").hidden = false;
  typingTimers = [setTimeout(missed, MISSED_MS), setTimeout(stopTyping, TYPING_MS)];
}

export function stopTyping() {
  typingTimers.forEach(clearTimeout);
  find("typing").hidden = true;
}
