// The handbook (sổ tay): the address after # says what is shown, so that the phone's back button works.

const find = document.getElementById("find");
const view = document.getElementById("view");
const TYPING_PAUSE_MS = 60;
const SEARCH = "#/?";

const scrolled = new Map(); // address → how far down it was left
let search = null;
let pause = 0;
let followed = false; // a link was followed: begin at the top

function searching() {
  search = search || new Search(book);
  return search;
}

function wanted() {
  try {
    return decodeURIComponent(location.hash.slice(SEARCH.length - 1));
  } catch {
    return "";
  }
}

function shown() {
  const what = wanted();
  if (what.startsWith("?")) return found(what.slice(1));
  const field = book.fields.find(({ code }) => code === what);
  const entry = byId.get(what);
  if (!entry) find.value = "";
  entitle(entry ? entry.title : field && field.name);
  if (!what) return Views.home();
  if (field) return Views.field(field);
  return entry ? Views.entry(entry) : Views.missing();
}

function found(query) {
  if (find.value !== query) find.value = query;
  const made = Views.found(query.trim(), searching().find(query).map(({ entry }) => entry));
  entitle(made[0].textContent);
  return made;
}

function entitle(words) {
  document.title = [words, say("handbook.name")].filter(Boolean).join(" · ");
}

function show() {
  view.replaceChildren(...shown().filter(Boolean));
  document.getElementById("heard").textContent = wanted().startsWith("?") ? view.firstChild.textContent : "";
}

function typed() {
  const address = find.value.trim() ? SEARCH + encodeURIComponent(find.value) : "#/";
  if (address === location.hash) return;
  history[location.hash.startsWith(SEARCH) ? "replaceState" : "pushState"](null, "", address);
  show();
  scrollTo(0, 0);
}

function moved(event) {
  if (location.hash && !location.hash.startsWith("#/")) return; // the skip link
  scrolled.set(new URL(event.oldURL).hash, scrollY);
  show();
  view.focus({ preventScroll: true });
  scrollTo(0, followed ? 0 : scrolled.get(location.hash) || 0);
  followed = false;
}

function stamp() {
  document.getElementById("stamp").textContent = say("handbook.made", { day: day(book.made), count: number(book.entries.length) });
  const old = document.getElementById("old");
  old.hidden = age() <= OLD_DAYS;
  old.textContent = say("handbook.old", { count: number(age()) });
}

history.scrollRestoration = "manual";
find.addEventListener("focus", searching, { once: true }); // the index is ready before the first letter
find.addEventListener("input", () => {
  clearTimeout(pause);
  pause = setTimeout(typed, TYPING_PAUSE_MS);
});
find.addEventListener("keydown", (event) => {
  if (event.key === "Enter") find.blur(); // the phone's keyboard makes room for what was found
});
addEventListener("click", (event) => (followed = Boolean(event.target.closest("a"))));
addEventListener("hashchange", moved);
addEventListener("visibilitychange", () => document.hidden || stamp()); // left open over night
stamp();
show();
