// Views (trang): what is shown of the book, put together from nodes; nothing of it is ever read as markup.

const book = JSON.parse(document.getElementById("book").textContent);
const byId = new Map(book.entries.map((entry) => [entry.id, entry]));
const OLD_DAYS = 30;
const online = location.protocol.startsWith("http");

const say = (key, facts = {}) => book.words[key].replace(/\{(\w+)(?::\w+)?\}/g, (_, name) => facts[name]);
const day = (iso) => iso.split("-").reverse().join("/");
const number = (many) => many.toLocaleString("vi");

// The phone's day, but never one before the book was made: a wrong clock must not bring back what has ended.
function today() {
  const now = new Date();
  const iso = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  return iso > book.made ? iso : book.made;
}

const age = () => Math.round((Date.parse(today()) - Date.parse(book.made)) / 86400000);
const hasEnded = (entry) => Boolean(entry.last) && entry.last < today();

function node(name, facts, ...inside) {
  const made = Object.assign(document.createElement(name), facts);
  made.append(...inside.filter(Boolean));
  return made;
}

const line = (className, text) => node("p", { className }, text);
const link = (href, className, ...inside) => node("a", { href, className }, ...inside);

// Lines as paragraphs, lines that begin with "- " as a list.
function passage(text) {
  const made = [];
  for (const words of text.split("\n").map((some) => some.trim()).filter(Boolean)) {
    const last = made[made.length - 1];
    if (!words.startsWith("- ")) made.push(node("p", {}, words));
    else if (last && last.tagName === "UL") last.append(node("li", {}, words.slice(2)));
    else made.push(node("ul", {}, node("li", {}, words.slice(2))));
  }
  return made;
}

function card(entry) {
  const ended = hasEnded(entry);
  const below = ended ? line("ended", say("handbook.ended", { day: day(entry.last) })) : line("gist", entry.answer);
  return node("li", {}, link(`#/${entry.id}`, "card", node("span", { className: "name" }, entry.title), below));
}

// What has ended stands last, and says so.
function cards(entries) {
  const standing = entries.filter((entry) => !hasEnded(entry));
  return node("ul", { className: "cards" }, ...[...standing, ...entries.filter(hasEnded)].map(card));
}

function save(href, words) {
  return online && link(href, "button", words);
}

const Views = {
  home() {
    const fields = book.fields.map((field, place) => {
      const many = book.entries.filter((entry) => entry.field === place && !hasEnded(entry)).length;
      const count = node("span", { className: "many" }, say("handbook.count", { count: number(many) }));
      return node("li", {}, link(`#/${field.code}`, "card field", node("span", { className: "name" }, field.name), count));
    });
    const offer = online && node("div", { className: "offer" }, save("?download=1", say("handbook.save")), line("", say("handbook.save_hint")));
    return [offer, node("h1", {}, say("handbook.fields")), node("ul", { className: "cards" }, ...fields)];
  },

  field(field) {
    const entries = book.entries.filter((entry) => book.fields[entry.field] === field);
    return [
      link("#/", "back", say("handbook.fields_all")),
      node("h1", {}, field.name),
      line("quiet", say("handbook.department", { department: field.department })),
      save(`/handbook/${field.code}.pdf`, say("handbook.pdf")),
      cards(entries),
    ];
  },

  entry(entry) {
    const field = book.fields[entry.field];
    const head = [link(`#/${field.code}`, "back", field.name), node("h1", {}, entry.title)];
    if (!hasEnded(entry)) return [node("article", {}, ...head, ...contents(entry))];
    const old = node("details", {}, node("summary", {}, say("handbook.ended_show")), ...contents(entry));
    return [node("article", { className: "over" }, ...head, line("ended", say("handbook.ended", { day: day(entry.last) })), old)];
  },

  found(query, entries) {
    const heading = say(entries.length ? "handbook.found" : "handbook.found_none", { count: number(entries.length), query });
    return [node("h1", { className: "heard" }, heading), entries.length ? cards(entries) : link("#/", "button", say("handbook.fields_all"))];
  },

  missing: () => [line("", say("handbook.missing")), link("#/", "button", say("handbook.fields_all"))],
};

function contents(entry) {
  const field = book.fields[entry.field];
  const lasts = entry.last ? say("handbook.lasts", { day: day(entry.last) }) : say("handbook.open_ended");
  const standing = entry.confirmed
    ? say("handbook.confirmed", { day: day(entry.confirmed), checked: day(entry.checked) })
    : say(entry.unconfirmed, { checked: day(entry.checked) });
  return [
    !hasEnded(entry) && line("lasts", lasts),
    node("div", { className: "answer" }, ...passage(entry.answer)),
    ...entry.sections.map(([heading, text]) => node("section", {}, node("h2", {}, heading), ...passage(text))),
    node("section", {}, node("h2", {}, say("handbook.sources")), node("ul", {}, ...entry.sources.map((source) => node("li", {}, source)))),
    entry.procedure && line("quiet", say("answer.procedure", { code: entry.procedure })),
    line("quiet", say("handbook.department", { department: entry.department || field.department })),
    line("quiet", standing),
  ];
}
