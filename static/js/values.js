/* Reads and writes the fields of a form as text, so that they can be compared, sent and kept. */

const LEFT_OUT = ["csrfmiddlewaretoken", "key"];
const NOT_TYPED = ["file", "submit", "button"];

/** The present values by field name, each a JSON list; files are uploaded on their own. */
export function valuesOf(form) {
  const found = new Map();
  for (const { name, type, disabled } of form.elements) {
    if (name && !disabled && !NOT_TYPED.includes(type) && !LEFT_OUT.includes(name)) found.set(name, []);
  }
  for (const [name, value] of new FormData(form)) found.get(name)?.push(value);
  return new Map([...found].map(([name, list]) => [name, JSON.stringify(list)]));
}

/** Put a list of values into the boxes of this name. */
export function put(form, name, list) {
  const boxes = [...form.elements].filter((box) => box.name === name);
  boxes.forEach((box, index) => {
    if (box.type === "checkbox" || box.type === "radio") box.checked = list.includes(box.value);
    else if (box.multiple) [...box.options].forEach((option) => (option.selected = list.includes(option.value)));
    else box.value = list[index] ?? "";
  });
}
