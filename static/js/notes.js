/* What the other modules show: sentences, errors at their fields, and both values where two people collided.
   This module only defines; it may be loaded under two addresses without harm. */

export const refusalPlace = () => document.getElementById("refusal");

function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** Show a sentence in the region for refusals and announce it. */
export function say(text, { href = "", label = "" } = {}) {
  const note = element("div", "note note--refused");
  note.setAttribute("role", "alert");
  const body = element("p", "note__body", text);
  if (href) body.append(" ", Object.assign(element("a", "", label), { href }));
  note.append(body);
  refusalPlace()?.replaceChildren(note);
}

/** Put the server's errors at their fields, and take away those that are settled. */
export function showErrors(form, errors, names) {
  for (const name of names) {
    const box = [...form.elements].find((each) => each.name === name);
    const field = box?.closest(".field");
    if (!field) continue;
    field.querySelector(".field__errors")?.remove();
    field.classList.toggle("field--error", name in errors);
    box.toggleAttribute("aria-invalid", false);
    if (!(name in errors)) continue;
    field.closest("details")?.setAttribute("open", "");
    const list = element("ul", "field__errors");
    list.id = `${box.id}-errors`;
    errors[name].forEach((text) => list.append(element("li", "", text)));
    (field.querySelector(".field__box, .choices, .choice") ?? box).before(list);
    box.setAttribute("aria-invalid", "true");
    box.setAttribute("aria-errormessage", list.id);
  }
}

function remarksList(id, texts) {
  const list = element("ul", "field__remarks");
  if (id) list.id = `${id}-remarks`;
  texts.forEach((text) => list.append(element("li", "", text)));
  return list;
}

/** Say at their boxes, and at their tables, what does not agree now; what was said before goes. */
export function showRemarks(form, remarks) {
  for (const list of form.querySelectorAll(".field__remarks")) list.remove();
  for (const [path, texts] of Object.entries(remarks)) {
    const box = [...form.elements].find((each) => each.name === path);
    const field = box?.closest(".field");
    const table = form.querySelector(`fieldset#id_${CSS.escape(path)}`);
    field?.closest("details")?.setAttribute("open", "");
    if (field) field.append(remarksList(box.id, texts));
    else if (table) (table.querySelector(".field__help") ?? table.querySelector("legend"))?.after(remarksList("", texts));
  }
}

/** Put in place the parts of the page that the server drew anew after a saving. Nothing moves below the hand. */
export function showParts(parts) {
  for (const [name, html] of Object.entries(parts)) {
    const place = document.querySelector(`[data-part="${CSS.escape(name)}"]`);
    const fresh = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
    if (!place || !fresh || place.contains(document.activeElement)) continue;
    const open = [...place.querySelectorAll("details")].map((each) => each.open);
    fresh.querySelectorAll("details").forEach((each, index) => (each.open = open[index] ?? each.open));
    place.replaceWith(document.adoptNode(fresh));
  }
}

function sideBySide(clash) {
  const pair = element("div", "clash");
  const mine = element("div", "", "");
  mine.append(element("span", "soft small", "您填写的"), document.createElement("br"), String(clash.mine_said || clash.mine || "—"));
  const theirs = element("div", "", "");
  const whose = [clash.by || "已保存的", clash.at].filter(Boolean).join(" ");
  theirs.append(element("span", "soft small", whose), document.createElement("br"), String(clash.theirs_said || clash.theirs || "—"));
  pair.append(mine, theirs);
  return pair;
}

/** Show every clash with both values; `settle(clash, mine)` is called with what the person picks. */
export function clashNote(answer, settle) {
  const note = element("div", "note note--refused");
  note.setAttribute("role", "alert");
  const body = element("div", "note__body");
  body.append(element("p", "note__title", answer.message ?? "以下内容在您编辑时已由他人修改，请选择保留哪一份"));
  for (const clash of answer.clashes ?? []) {
    const part = element("div", "clash-part");
    const actions = element("div", "actions");
    for (const [label, mine] of [
      ["保留我填写的", true],
      ["采用对方的", false],
    ]) {
      const button = element("button", "btn btn-small", label);
      button.type = "button";
      button.addEventListener("click", () => {
        part.remove();
        if (!body.querySelector(".clash-part")) note.remove();
        settle(clash, mine);
      });
      actions.append(button);
    }
    part.append(element("p", "", clash.label), sideBySide(clash), actions);
    body.append(part);
  }
  note.append(body);
  refusalPlace()?.replaceChildren(note);
}

/** The words a person knows a box by. */
function nameOf(box) {
  const label = box.labels?.[0]?.cloneNode(true);
  label?.querySelectorAll(".field__must, .field__mark").forEach((mark) => mark.remove());
  return (box.getAttribute("aria-label") || label?.textContent || box.name).trim();
}

const shown = (box, list) =>
  box.tagName === "SELECT" ? [...box.options].filter((one) => list.includes(one.value)).map((one) => one.text) : list;

/** The book is locked: why, and everything typed that was not stored, to be copied. */
export function lockedNote(form, message, unsaved) {
  const note = element("div", "note note--refused");
  note.setAttribute("role", "alert");
  const body = element("div", "note__body");
  body.append(element("p", "note__title", message));
  const lines = unsaved
    .map(([name, value]) => [[...form.elements].find((box) => box.name === name), JSON.parse(value)])
    .filter(([box, list]) => box && box.type !== "checkbox" && list.some(Boolean))
    .map(([box, list]) => [nameOf(box), shown(box, list).join("、")]);
  if (lines.length) {
    const facts = element("dl", "facts");
    lines.forEach(([name, text]) => facts.append(element("dt", "", name), element("dd", "prose", text)));
    const copy = element("button", "btn btn-small", "复制全部");
    copy.type = "button";
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(lines.map((line) => line.join("：")).join("\n"));
      copy.textContent = "已复制";
    });
    body.append(element("p", "", `以下 ${lines.length} 项是您填写而没有保存的内容，可以复制：`), facts, copy);
  }
  note.append(body);
  refusalPlace()?.replaceChildren(note);
  note.scrollIntoView({ block: "nearest" });
}

/** Ask something before `place`: a sentence and its answers. Returns the note, so that it can be taken away. */
export function offerNote(place, text, answers) {
  const note = element("div", "note note--soon");
  note.setAttribute("role", "status");
  const body = element("div", "note__body");
  const actions = element("div", "actions");
  for (const [label, act] of answers) {
    const button = element("button", "btn btn-small", label);
    button.type = "button";
    button.addEventListener("click", act);
    actions.append(button);
  }
  body.append(element("p", "note__title", text), actions);
  note.append(body);
  place.before(note);
  return note;
}
