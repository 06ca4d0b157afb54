/* Keys for people who work here all day: / search, g h home, ? sheet, arrows in lists, Ctrl+Enter submits.
   Single keys are silent while somebody types, and can be switched off in the sheet (WCAG 2.1.4). */

const OFF = "keys-off";
const typing = (element) => element.closest?.("input, textarea, select, [contenteditable], .ts-wrapper") !== null;
let waitingForH = 0;

function focusSearch(event) {
  const box = document.querySelector("[data-search] input, input[type=search]");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
}

function moveInList(event) {
  const row = event.target.closest("tbody tr");
  const rows = row ? [...row.parentElement.rows] : [...document.querySelectorAll("main tbody tr")];
  const step = event.key === "ArrowDown" ? 1 : -1;
  const next = row ? rows[rows.indexOf(row) + step] : null;
  const link = next?.querySelector("th a, td a");
  if (!link) return;
  event.preventDefault();
  link.focus();
}

const SINGLE = {
  "/": focusSearch,
  "?": () => document.getElementById("keys")?.showModal(),
  g: () => {
    waitingForH = Date.now();
  },
  h: () => {
    if (Date.now() - waitingForH < 1500 && document.body.dataset.home) location.assign(document.body.dataset.home);
  },
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.target.closest("form")?.requestSubmit();
    return;
  }
  if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") moveInList(event);
  else if (localStorage.getItem(OFF) !== "yes") SINGLE[event.key]?.(event);
});

const choice = document.querySelector("[data-keys-off]");
if (choice) {
  choice.checked = localStorage.getItem(OFF) === "yes";
  choice.addEventListener("change", () => localStorage.setItem(OFF, choice.checked ? "yes" : "no"));
}
