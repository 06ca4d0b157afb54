/* Reads and writes the fields of a form as text, so that they can be compared, sent and kept. */

const LEFT_OUT = ["csrfmiddlewaretoken", "key", "version", "was"];
const NOT_TYPED = ["file", "submit", "button"];
const COUNTS = "-TOTAL_FORMS";

/** The present values by field name, each a JSON list; files are uploaded on their own. */
export function valuesOf(form) {
  const found = new Map();
  for (const { name, type, disabled } of form.elements) {
    if (!name || disabled || NOT_TYPED.includes(type) || LEFT_OUT.includes(name) || name.endsWith(COUNTS)) continue;
    found.set(name, []);
  }
  for (const [name, value] of new FormData(form)) found.get(name)?.push(value);
  return new Map([...found].map(([name, list]) => [name, JSON.stringify(list)]));
}

/** The token of the present login: after a new one, in another window, the page's own is void. */
export function freshToken(form) {
  const cookie = document.cookie.split("; ").find((each) => each.startsWith("csrftoken="));
  const box = form.elements.csrfmiddlewaretoken;
  if (box && cookie) box.value = cookie.split("=")[1];
  return box?.value ?? "";
}

/** The first box of this name. */
export const boxOf = (form, name) => [...form.elements].find((box) => box.name === name);

/** Put a list of values into the boxes of this name. */
export function put(form, name, list) {
  const boxes = [...form.elements].filter((box) => box.name === name);
  boxes.forEach((box, index) => {
    if (box.type === "checkbox" || box.type === "radio") box.checked = list.includes(box.value);
    else if (box.multiple) [...box.options].forEach((option) => (option.selected = list.includes(option.value)));
    else box.value = list[index] ?? "";
  });
}

/** The name of the box that `name` (table-row-column) has in a row added now; empty where there is no such table. */
export function rowFor(form, name, values) {
  const [table, row, column] = name.split("-");
  const group = column && form.querySelector(`[data-rows="${table}"]`);
  const count = group && boxOf(form, table + COUNTS);
  if (!count || column === "DELETE" || JSON.parse(values[`${table}-${row}-DELETE`] ?? "[]").length) return "";
  group.added ??= new Map();
  if (!group.added.has(row)) {
    group.added.set(row, count.value);
    group.querySelector("[data-row-add]").click();
  }
  const found = `${table}-${group.added.get(row)}-${column}`;
  return boxOf(form, found) ? found : "";
}
