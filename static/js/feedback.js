/* What every page needs: no double submits, focus on what changed, words when the network or the login is gone,
   menus that close, rows that open. Everything listens on the document, so that swapped fragments work too. */

import { refusalPlace, say } from "./notes.js";
import { forgetAll } from "./outbox.js";

/* A form that was sent is not sent again until the page is shown anew. */
function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll(".is-busy")) {
    button.classList.remove("is-busy");
    button.removeAttribute("aria-disabled");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.getAttribute("method") !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.sent = "yes";
  const button = event.submitter;
  if (button) {
    button.classList.add("is-busy");
    button.setAttribute("aria-disabled", "true");
  }
});

window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

/* Signing out on purpose leaves nothing typed behind on this machine. */
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-logout]")) return;
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("unsent:")) localStorage.removeItem(key);
  }
  forgetAll();
});

/* htmx: what to do when an answer does not come, or is the login page. */
document.addEventListener("htmx:beforeRequest", () => {
  refusalPlace()?.replaceChildren();
  document.body.classList.add("working");
});
document.addEventListener("htmx:afterRequest", (event) => {
  document.body.classList.remove("working");
  const form = event.detail.elt?.closest?.("form");
  if (form) release(form);
});
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const login = document.body.dataset.login;
  const address = event.detail.xhr.responseURL;
  if (!login || !address || new URL(address).pathname !== login) return;
  event.preventDefault();
  say("登录已过期，刚才的操作没有办理。", {
    href: `${login}?next=${encodeURIComponent(location.pathname + location.search)}`,
    label: "重新登录",
  });
});
/* A browser keeps one panel of a name open. The new card arrives while the old one still stands: let the old one
   lose its name, or the panel that carries the errors is shut on arrival. */
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!event.detail.shouldSwap) return;
  event.detail.target?.querySelectorAll("details[name][open]").forEach((panel) => panel.removeAttribute("name"));
});
/* A card that comes back says how things stand now; what was said of the step before is over. */
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.requestConfig?.verb !== "get") document.getElementById("messages")?.replaceChildren();
});
document.addEventListener("htmx:sendError", () => say("网络不通，刚才的操作没有办理。请检查网络后重试。"));
document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  const words = { 403: "您没有办理这项操作的权限。", 404: "该事项已不存在，或不在您的权限范围内。" };
  say(words[status] ?? "系统出错，刚才的操作没有完成。错误已经记录，请稍后重试。");
});
document.addEventListener("htmx:afterSettle", (event) => {
  const place = event.detail.elt;
  const within = place?.querySelector?.("[data-focus]") ?? place?.querySelector?.("h1, h2");
  const target = place?.matches?.("[data-focus]") ? place : within;
  if (!target) return;
  if (!target.hasAttribute("tabindex")) target.setAttribute("tabindex", "-1");
  target.focus();
});

/* Menus and dialogs. */
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const opener = event.target.closest("[data-open]");
  if (opener) document.getElementById(opener.dataset.open)?.showModal();
  if (event.target.closest("[data-print]")) window.print();
  openRow(event);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details.menu[open]") ?? document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

/** A click anywhere on a row opens it, unless it was meant for something in the row or marked text. */
function openRow(event) {
  const row = event.target.closest("tr[data-href]");
  if (!row || event.target.closest("a, button, input, label, select, summary")) return;
  if (window.getSelection()?.toString()) return;
  if (event.ctrlKey || event.metaKey) window.open(row.dataset.href);
  else location.assign(row.dataset.href);
}

if (!document.querySelector("[data-still]")) document.querySelector("[data-focus]")?.focus();

/* Long lists beside a form start closed where there is no room for them; without JavaScript they are open. */
if (matchMedia("(max-width: 62rem)").matches) {
  document.querySelectorAll("details[data-fold]").forEach((each) => each.removeAttribute("open"));
}
