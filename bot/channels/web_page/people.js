// Who is talking; and in the demo province, the choice of whom to be.

const ROLES = ["requester", "specialist", "leader", "curator", "operator"];

/** Show who I am in the header; a stranger reads that this browser is not anybody's yet. */
export function showMe(me, word) {
  const role = ROLES.includes(me.role) ? word(`role-${me.role}`) : "";
  const place = me.unit_name || role;
  const shown = me.name ? [me.name, place].filter(Boolean).join(" · ") : word("guest");
  document.getElementById("me").textContent = shown;
  document.body.classList.toggle("desk", me.role !== "guest" && me.role !== "requester");
}

/** Fill the demo's switcher, grouped by role, and become whoever is picked. */
export async function offerPeople(me, word, onError) {
  const response = await fetch("/demo/people");
  if (!response.ok) return;
  const people = await response.json();
  const select = document.getElementById("person");
  select.append(...ROLES.map((role) => group(word(`role-${role}`), people.filter((p) => p.role === role))));
  const mine = people.find((p) => p.name === me.name && p.role === me.role && (!me.unit || p.unit === me.unit));
  select.value = mine ? String(mine.id) : "";
  select.onchange = () => become(Number(select.value)).catch(onError);
  document.getElementById("demo").hidden = false;
}

function group(label, people) {
  const group = document.createElement("optgroup");
  group.label = label;
  group.append(...people.map((person) => new Option(`${person.name}, ${person.unit_name}`, person.id)));
  group.hidden = people.length === 0;
  return group;
}

async function become(person) {
  if (!person) return;
  const response = await fetch("/demo/session", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ person }),
  });
  if (!response.ok) throw new Error(String(response.status));
  location.reload();
}
