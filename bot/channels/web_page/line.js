// How a line of the conversation looks. Nodes only, never markup: of the server's HTML bold and links survive.

const ZONE = "Asia/Ho_Chi_Minh";
const DAY_MS = 86400000;
const clock = new Intl.DateTimeFormat("vi-VN", { timeZone: ZONE, hour: "2-digit", minute: "2-digit" });
const dayKey = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE });
const dayName = new Intl.DateTimeFormat("vi-VN", { timeZone: ZONE, dateStyle: "full" });
const SHORT_LABEL = 16; // three of these fit beside each other on a phone
const LIST_ITEM = /^(?:[•–-]|\d{1,2}[.)]|[a-zđ]\))\s/u;

/** The day of an ISO moment in Vietnam, as YYYY-MM-DD. */
export const dayOf = (at) => dayKey.format(new Date(at));

/** A node with a class, attributes and children. */
export function make(name, { className = "", ...attributes } = {}, ...children) {
  const node = document.createElement(name);
  if (className) node.className = className;
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

/** The rule with a day's name between two days. */
export function daySeparator(at, word) {
  const day = dayOf(at);
  const names = { [dayOf(Date.now())]: word("today"), [dayOf(Date.now() - DAY_MS)]: word("yesterday") };
  return make("p", { className: "day" }, make("span", {}, names[day] || dayName.format(new Date(at))));
}

/** A line as an article: {from, text, html?, choices, files, at}. `onChoice(choice, button)` hears presses. */
export function article(line, word, onChoice) {
  const mine = line.from === "me";
  const bubble = make("div", { className: "bubble" }, ...(line.html ? paragraphs(line.html) : plain(line.text)));
  const files = (line.files || []).map((file) => fileLink(file));
  const foot = make("p", { className: "foot" }, make("time", { datetime: line.at }, clock.format(new Date(line.at))));
  const node = make("article", { className: mine ? "line mine" : "line bot" });
  node.append(make("span", { className: "sr" }, word(mine ? "me" : "bot")), bubble, ...files);
  if (line.choices?.length) node.append(choices(line.choices, word, onChoice));
  node.append(foot);
  return node;
}

/** Mark a button as the one that was pressed. */
export function markPressed(button, word) {
  if (button.classList.contains("pressed")) return;
  button.classList.add("pressed");
  button.append(make("span", { className: "sr" }, ` (${word("chosen")})`));
}

/** What became of a message of mine: words under it, and maybe a button that helps. */
export function setState(node, state, words, help) {
  node.dataset.state = state;
  const foot = node.querySelector(".foot");
  foot.querySelectorAll(".outcome").forEach((old) => old.remove());
  foot.append(make("span", { className: "outcome" }, words));
  if (!help) return;
  const button = make("button", { className: "outcome", type: "button" }, help.label);
  button.onclick = help.act;
  foot.append(button);
}

function choices(list, word, onChoice) {
  const buttons = list.map((choice) => {
    const button = make("button", { type: "button", "data-label": choice.label }, choice.label);
    button.onclick = () => onChoice(choice, button);
    return button;
  });
  const className = list.every((choice) => choice.label.length <= SHORT_LABEL) ? "choices short" : "choices";
  return make("div", { className, role: "group", "aria-label": word("choices") }, ...buttons);
}

function fileLink(file) {
  const href = safeAddress(file.url);
  if (!href) return make("span", { className: "file" }, file.name);
  return make("a", { className: "file", href, download: file.name }, file.name);
}

const plain = (text) => text.split("\n").map((row) => make("p", {}, row));

function paragraphs(html) {
  const runs = [];
  collect(new DOMParser().parseFromString(html, "text/html").body, {}, runs);
  let apart = false;
  return rows(runs).flatMap((row) => {
    const empty = row.every((run) => !run.text.trim());
    const node = empty ? null : make("p", { className: rowClass(row, apart) }, ...row.map(show));
    apart = empty;
    return node ? [node] : [];
  });
}

function collect(node, look, runs) {
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) runs.push({ ...look, text: child.data });
    else if (child.nodeName === "B") collect(child, { ...look, bold: true }, runs);
    else if (child.nodeName === "A") collect(child, { ...look, link: safeAddress(child.href) }, runs);
    else if (child.nodeType === Node.ELEMENT_NODE) runs.push({ ...look, text: child.textContent });
  }
}

function rows(runs) {
  const all = [[]];
  for (const run of runs) {
    run.text.split("\n").forEach((text, place) => {
      if (place) all.push([]);
      if (text) all.at(-1).push({ ...run, text });
    });
  }
  return all;
}

function rowClass(row, apart) {
  const kinds = [];
  if (apart) kinds.push("apart");
  if (row.every((run) => run.bold || !run.text.trim())) kinds.push("heading");
  else if (LIST_ITEM.test(row[0].text)) kinds.push("item");
  return kinds.join(" ");
}

function show({ text, bold, link }) {
  const inner = bold ? make("b", {}, text) : document.createTextNode(text);
  return link ? make("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, inner) : inner;
}

function safeAddress(address) {
  if (!address) return "";
  try {
    const url = new URL(address, location.href);
    return ["http:", "https:"].includes(url.protocol) ? url.href : "";
  } catch {
    return "";
  }
}
