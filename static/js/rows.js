/* Adds, copies and removes rows of a table form; a removed row can be put back. Without JavaScript the server
   offers blank rows, and a box marks a row for removal. Markup: [data-rows="prefix"] around rows [data-row], a
   <template data-row-template>, and buttons [data-row-add], [data-row-copy] and [data-row-remove] that are hidden
   until this module shows them. Enter in a table goes on to the next row. */

const BOXES = "input, select, textarea";
const KEYED = /^([^-]+)-([^-]+)-([^-]+)$/;
const total = (group) => document.querySelector(`[name="${group.dataset.rows}-TOTAL_FORMS"]`);
const rowsOf = (group) => [...group.querySelectorAll("[data-row]")];
const columnOf = (box) => box.name.match(KEYED)?.[3] ?? box.name;
const tell = (place) => place.dispatchEvent(new Event("input", { bubbles: true }));

function show(group) {
  const buttons = "[data-row-add], [data-row-copy], [data-row-remove]";
  for (const button of group.querySelectorAll(buttons)) button.hidden = false;
  const removals = group.querySelectorAll("[data-row-delete]");
  for (const box of removals) box.hidden = true;
}

/** A card for a new row is long: where rows stand already, it comes when it is asked for. */
function withdrawBlank(group) {
  const blank = group.querySelectorAll(".row-card[data-row-blank]");
  if (rowsOf(group).length > blank.length) blank.forEach((each) => each.remove());
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
  if (last) (last.nextElementSibling?.matches("[data-row-undo]") ? last.nextElementSibling : last).after(row);
  else (group.querySelector("tbody") ?? group).append(row);
  count.value = Number(index) + 1;
  show(group);
  row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  tell(group);
  return row;
}

function copy(row) {
  const made = add(row.closest("[data-rows]"));
  for (const box of made.querySelectorAll(BOXES)) {
    if (box.name.endsWith("-DELETE")) continue;
    const same = [...row.querySelectorAll(BOXES)].filter((each) => columnOf(each) === columnOf(box));
    if (box.type === "checkbox" || box.type === "radio") {
      box.checked = same.some((each) => each.value === box.value && each.checked);
    } else box.value = same[0]?.value ?? "";
  }
  tell(made);
}

/** What stands in the place of a removed row: the way to have it back. */
function undoLine(row, place, restore) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-small" });
  button.textContent = "撤销";
  const line = document.createElement(row.tagName === "TR" ? "tr" : "p");
  const into = line.tagName === "TR" ? line.appendChild(document.createElement("td")) : line;
  if (line !== into) into.colSpan = row.cells.length;
  line.dataset.rowUndo = "";
  line.className = "row-undo";
  into.append(`已删除第 ${place} 行 `, button);
  button.addEventListener("click", () => {
    line.remove();
    restore();
  });
  row.after(line);
  return button;
}

function remove(row) {
  const group = row.closest("[data-rows]");
  const marked = row.querySelector('[name$="-DELETE"]');
  const place = rowsOf(group).filter((other) => !other.hidden).indexOf(row) + 1;
  const before = [...row.querySelectorAll(BOXES)].map((box) => [box, box.value]);
  if (marked) marked.checked = true;
  else for (const [box] of before) box.value = "";
  row.hidden = true;
  undoLine(row, place, () => putBack(row, marked, before)).focus();
  tell(group);
}

function putBack(row, marked, before) {
  if (marked) marked.checked = false;
  else for (const [box, value] of before) box.value = value;
  row.hidden = false;
  const names = before.map(([box]) => box.name);
  forget(row, names);
  row.querySelector(BOXES)?.focus();
  row.dispatchEvent(new CustomEvent("rows:restored", { bubbles: true, detail: names }));
  tell(row);
}

/** The row may be gone from the server by now: the form must not take its boxes for unchanged. */
function forget(row, names) {
  const was = row.closest("form")?.elements.was;
  if (!was?.value) return;
  const marks = JSON.parse(was.value);
  for (const name of names) delete marks[name];
  was.value = JSON.stringify(marks);
}

/** Enter goes to the same column of the next row, or to a new row below the last. */
function goDown(event) {
  const box = event.target;
  const row = box.closest?.("tr[data-row]");
  const plain = !event.isComposing && !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey;
  const typed = box.tagName === "TEXTAREA" || (box.tagName === "INPUT" && box.type !== "checkbox");
  if (event.key !== "Enter" || !plain || !row || !typed) return;
  event.preventDefault();
  const group = row.closest("[data-rows]");
  const rows = rowsOf(group).filter((other) => !other.hidden);
  const next = rows[rows.indexOf(row) + 1] ?? (group.querySelector("[data-row-add]") && add(group));
  const same = next && [...next.querySelectorAll(BOXES)].find((each) => columnOf(each) === columnOf(box));
  same?.focus();
  if (same && same.tagName !== "SELECT") same.select();
}

document.addEventListener("click", (event) => {
  const adding = event.target.closest("[data-row-add]");
  if (adding) add(adding.closest("[data-rows]"));
  const copying = event.target.closest("[data-row-copy]");
  if (copying) copy(copying.closest("[data-row]"));
  const removing = event.target.closest("[data-row-remove]");
  if (removing) remove(removing.closest("[data-row]"));
});
document.addEventListener("keydown", goDown);

document.querySelectorAll("[data-rows]").forEach((group) => {
  withdrawBlank(group);
  show(group);
});
document.addEventListener("htmx:afterSettle", () => document.querySelectorAll("[data-rows]").forEach(show));
