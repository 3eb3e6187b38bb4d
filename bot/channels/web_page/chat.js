// The chat page: joins the conversation, the composer, the outbox and the stream.

import { article, dayOf, daySeparator, markPressed, setState } from "./line.js";
import { isRefusal, newId, Outbox, post } from "./outbox.js";
import { offerPeople, showMe } from "./people.js";
import { notice, showState, showTyping, stopTyping, word } from "./signs.js";
import { Stream } from "./stream.js";

const LARGEST_FILE = 20 * 1024 * 1024;
const UPLOAD_PATIENCE_MS = 5 * 60000;
const NEAR_END_PX = 120;
const SLOWEST_START_MS = 30000;

const find = (id) => document.getElementById(id);
const [log, scroll, text, send, newest] = ["log", "scroll", "text", "send", "newest"].map(find);
const enterSends = !matchMedia("(pointer: coarse)").matches;

const mine = new Map(); // id of a message on its way → its node
const pressing = new Map(); // the same → the button that was pressed
let outbox = null;
let joined = false;
let guest = false;
let joinTimer = 0;
let lastDay = "";
let botLines = 0;
let unread = 0;
let atEnd = true;

const stream = new Stream({ onLine: (line) => arrived({ ...line, from: "bot" }), onState: showState });

// -- joining

async function join(wait = 1000) {
  try {
    const me = await get("/chat/api/me");
    introduce(me);
    outbox ??= new Outbox(me.name ? `${me.role}.${me.unit}.${me.name}` : "guest", changed);
    await outbox.flush(); // before the history, so that what is taken now is in it and shown once
    const lines = await get("/chat/api/history");
    if (me.demo) offerPeople(me, word, () => notice(word("unswitched"))).catch(() => {});
    showHistory(lines);
    notice("");
  } catch (error) {
    showState("connecting");
    notice(error.said || word("unloaded"));
    joinTimer = setTimeout(() => join(Math.min(wait * 2, SLOWEST_START_MS)), wait);
  }
}

function introduce(me) {
  guest = me.role === "guest";
  showMe(me, word);
}

async function get(path) {
  const response = await fetch(path);
  if (response.ok) return response.json();
  const answer = await response.json().catch(() => ({}));
  throw Object.assign(new Error(path), { said: answer.error });
}

function showHistory(lines) {
  if (joined) return;
  joined = true;
  for (const line of lines) addLine(line);
  for (const item of outbox.items) addMine(item, "waiting");
  log.setAttribute("aria-busy", "false");
  find("welcome").hidden = log.childElementCount > 0;
  send.disabled = false;
  toEnd();
  stream.start(Math.max(0, ...lines.map((line) => line.id ?? 0)));
  offerInvitation();
}

// An invitation's link carries its code: it is put where it only needs to be sent.
function offerInvitation() {
  const code = new URLSearchParams(location.search).get("code");
  if (!code || !/^[A-Za-z0-9]{8}$/.test(code)) return;
  history.replaceState(null, "", location.pathname);
  text.value = `LK ${code}`;
  text.dispatchEvent(new Event("input"));
  text.focus();
}

// -- lines

function addLine(line) {
  find("welcome").hidden = true;
  if (dayOf(line.at) !== lastDay) log.append(daySeparator(line.at, word));
  lastDay = dayOf(line.at);
  const node = article(line, word, press);
  if (line.from === "bot") newestBot(node);
  else markAnswered(line.text);
  log.append(node);
  return node;
}

function newestBot(node) {
  botLines += 1;
  log.querySelector(".latest")?.classList.remove("latest");
  node.classList.add("latest");
}

/** In the history a press is told by its label alone: mark the nearest button before it that reads so. */
function markAnswered(label) {
  const buttons = [...log.querySelectorAll(".choices button")].reverse();
  const pressed = buttons.find((button) => button.dataset.label === label);
  if (pressed) markPressed(pressed, word);
}

function arrived(line) {
  const follow = nearEnd();
  stopTyping();
  const node = addLine(line);
  if (guest) get("/chat/api/me").then(introduce, () => {}); // a code may just have been redeemed
  if (document.hidden) document.title = `(${(unread += 1)}) ${word("bot")}`;
  if (!follow) newest.hidden = false;
  else if (node.offsetHeight > scroll.clientHeight * 0.8) node.scrollIntoView({ block: "start" });
  else toEnd();
}

const nearEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_END_PX;

function scrolled() {
  atEnd = nearEnd();
  if (atEnd) newest.hidden = true;
}

function toEnd() {
  scroll.scrollTop = scroll.scrollHeight;
  newest.hidden = true;
}

// -- sending

function say(words) {
  if (!joined || !words.trim()) return;
  addMine(outbox.add({ text: words.trim() }, words.trim()));
}

function press(choice, button) {
  if (button.dataset.busy) return;
  button.dataset.busy = "yes";
  markPressed(button, word);
  const item = outbox.add({ choice: choice.id }, choice.label);
  pressing.set(item.id, button);
  addMine(item);
}

function addMine(item, state = "sending") {
  const node = addLine({ from: "me", text: item.shown, at: item.at });
  item.botLines = botLines;
  mine.set(item.id, node);
  setState(node, state, word(state));
  toEnd();
  return node;
}

/** What became of a message; one that was refused before the page had shown it is shown now. */
function changed(item, state, why) {
  const node = mine.get(item.id) ?? (state === "failed" ? addMine(item) : null);
  if (!node) return;
  setState(node, state, why || word(state), state === "failed" && helpToChange(item, node));
  if (state === "sent" && item.botLines === botLines) awaitAnswer();
  if (state === "sent" || state === "failed") delete pressing.get(item.id)?.dataset.busy;
}

function awaitAnswer() {
  showTyping(() => stream.catchUp().catch(() => {}));
  toEnd();
}

function helpToChange(item, node) {
  if (!item.body.text) return null;
  const act = () => {
    text.value = item.body.text;
    node.remove();
    grow();
    text.focus();
  };
  return { label: word("change"), act };
}

async function sendFile(file, words, id = newId(), node = null) {
  const shown = [words, file.name].filter(Boolean).join("\n");
  const item = { id, shown, at: new Date().toISOString() };
  if (node) setState(node, "sending", word("sending"));
  else node = addMine(item);
  const form = new FormData();
  form.append("file", file);
  if (words) form.append("text", words);
  try {
    await post("/chat/api/files", id, form, UPLOAD_PATIENCE_MS);
    changed(item, "sent");
  } catch (error) {
    const why = (isRefusal(error) && error.message) || word("failed");
    setState(node, "failed", why, { label: word("again"), act: () => sendFile(file, words, id, node) });
  }
}

/** The composer is as high as what is written in it. */
function grow() {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + 2}px`;
}

// -- what people and the network do

function submit() {
  if (!joined) return;
  notice("");
  say(text.value);
  text.value = "";
  grow();
}

function wake() {
  showState("connecting");
  clearTimeout(joinTimer);
  if (!joined) return join();
  stream.wake();
  return outbox.flush();
}

find("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
  text.focus();
});
text.addEventListener("input", grow);
text.addEventListener("keydown", (event) => {
  // While an input method is composing (Telex, VNI), Enter belongs to it.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || !enterSends) return;
  event.preventDefault();
  submit();
});
find("file").addEventListener("change", (event) => {
  const [file] = event.target.files;
  event.target.value = "";
  if (!file || !joined) return;
  notice(file.size > LARGEST_FILE ? word("too-large") : "");
  if (file.size > LARGEST_FILE) return;
  sendFile(file, text.value.trim());
  text.value = "";
  grow();
});
find("welcome").addEventListener("click", ({ target }) => target.matches("button") && say(target.textContent));
newest.addEventListener("click", toEnd);
scroll.addEventListener("scroll", scrolled, { passive: true });
new ResizeObserver(() => atEnd && toEnd()).observe(scroll); // a phone's keyboard must not cover the newest line
addEventListener("online", wake);
addEventListener("offline", () => showState("offline"));
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  unread = 0;
  document.title = word("bot");
  if (joined) stream.wake();
});

join();
