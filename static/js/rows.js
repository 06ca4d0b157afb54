/* Adds and removes rows of a table form. Without JavaScript the server offers blank rows, and a box marks a row
   for removal. Markup: [data-rows="prefix"] around rows [data-row], a <template data-row-template>, and buttons
   [data-row-add] and [data-row-remove] that are hidden until this module shows them. */

const total = (group) => document.querySelector(`[name="${group.dataset.rows}-TOTAL_FORMS"]`);
const rowsOf = (group) => [...group.querySelectorAll("[data-row]")];

function show(group) {
  for (const button of group.querySelectorAll("[data-row-add], [data-row-remove]")) button.hidden = false;
  const removals = group.querySelectorAll("[data-row-delete]");
  for (const box of removals) box.hidden = true;
}

function add(group) {
  const count = total(group);
  const shape = group.querySelector("template[data-row-template]");
  const row = shape.content.cloneNode(true).querySelector("[data-row]");
  const index = count.value;
  for (const element of [row, ...row.querySelectorAll("*")]) {
    for (const { name, value } of [...element.attributes]) {
      if (value.includes("__prefix__")) element.setAttribute(name, value.replaceAll("__prefix__", index));
    }
  }
  const last = rowsOf(group).at(-1);
  if (last) last.after(row);
  else (group.querySelector("tbody") ?? group).append(row);
  count.value = Number(index) + 1;
  show(group);
  row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  group.dispatchEvent(new Event("input", { bubbles: true }));
}

function remove(row) {
  const group = row.closest("[data-rows]");
  const marked = row.querySelector('[name$="-DELETE"]');
  if (marked) marked.checked = true;
  else for (const box of row.querySelectorAll("input, select, textarea")) box.value = "";
  row.hidden = true;
  const next = rowsOf(group).find((other) => !other.hidden);
  (next?.querySelector("input, select, textarea") ?? group.querySelector("[data-row-add]"))?.focus();
  group.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const adding = event.target.closest("[data-row-add]");
  if (adding) add(adding.closest("[data-rows]"));
  const removing = event.target.closest("[data-row-remove]");
  if (removing) remove(removing.closest("[data-row]"));
});

document.querySelectorAll("[data-rows]").forEach(show);
document.addEventListener("htmx:afterSettle", () => document.querySelectorAll("[data-rows]").forEach(show));
