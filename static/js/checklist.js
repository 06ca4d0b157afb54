/* The sheet of the formal review by keyboard: J and K go from item to item, 1 2 3 choose, [ and ] lead through the
   pile. What was chosen stands in the index beside the finding. Everything works without. */

const OFF = "keys-off";
const checks = [...document.querySelectorAll("[data-check]")];
const form = document.querySelector("form[data-checklist]");
const typing = (element) => element.closest?.("textarea, select, input:not([type=radio]):not([type=checkbox])") !== null;
const radios = (check) => [...check.querySelectorAll("input[type=radio]")];
let at = -1;

function go(step) {
  const open = checks.filter((check) => check.offsetParent !== null);
  at = Math.min(Math.max(open.indexOf(checks[at]) + step, 0), open.length - 1);
  at = checks.indexOf(open[at]);
  checks.forEach((check, place) => check.toggleAttribute("data-current", place === at));
  checks[at]?.focus();
  checks[at]?.scrollIntoView({ block: "start" });
}

function choose(number) {
  const radio = at >= 0 ? radios(checks[at])[number - 1] : null;
  if (!radio) return;
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  if (radio.value === "met") go(1);
  else checks[at].querySelector("textarea")?.focus();
}

function refresh() {
  let done = 0;
  for (const check of checks) {
    const chosen = radios(check).find((radio) => radio.checked);
    if (chosen) done += 1;
    const place = document.querySelector(`[data-result-of="${check.dataset.check}"]`);
    if (place && form) place.textContent = chosen ? chosen.parentElement.textContent.trim() : "未审";
    const places = check.querySelector(".check__places");
    if (places && chosen?.value === "unmet") places.open = true;
  }
  const said = document.querySelector("[data-checked]");
  if (said) said.textContent = `已审 ${done}/${checks.length} 项`;
}

document.addEventListener("keydown", (event) => {
  if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (localStorage.getItem(OFF) === "yes") return;
  const link = document.querySelector(`a[data-key="${CSS.escape(event.key)}"]`);
  if (link) link.click();
  else if (event.key === "j") go(1);
  else if (event.key === "k") go(-1);
  else if (form && "123".includes(event.key)) choose(Number(event.key));
});

document.addEventListener("focusin", (event) => {
  const check = event.target.closest?.("[data-check]");
  if (check) at = checks.indexOf(check);
});

if (form) {
  document.addEventListener("change", (event) => {
    if (event.target.form === form) refresh();
  });
  refresh();
}
