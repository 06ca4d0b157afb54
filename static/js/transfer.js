/* Sends files one by one, shows how far each is, and tries again by itself where the network is lost: the server
   keeps the same bytes once, so that a file sent twice is stored once. Without JavaScript the form is sent as any other.
   Markup: <form method="post" enctype="multipart/form-data" data-upload="retry">. With data-keep, what was not sent is
   kept on this machine and sent when the page is opened again. */

import { offerNote } from "./notes.js";
import { hold, letGo, waiting } from "./outbox.js";
import { freshToken } from "./values.js";

const WAITS = [2, 4, 8, 15, 30];
const MOST_TRIES = 40;
const TRANSIENT = new Set([0, 408, 425, 429, 502, 503, 504]);
const TOKEN = "csrfmiddlewaretoken";
const parsed = (text) => new DOMParser().parseFromString(text, "text/html");
const element = (tag, className, text = "") =>
  Object.assign(document.createElement(tag), { className, textContent: text });
const lost = () => ({ status: 0, text: "", url: "" });

let under = 0; // batches that are not through yet
let exposed = 0; // files that only this page holds
let queue = Promise.resolve(); // a bad line is not made better by sending several at once
let results = []; // since the page was last drawn

/** A line of the list below the form: the file, how far it is, what became of it. */
class Line {
  constructor(list, file) {
    this.item = element("li", "transfer");
    this.bar = Object.assign(element("progress", "transfer__bar"), { max: 100, value: 0 });
    this.bar.setAttribute("aria-label", `${file.name} 上传进度`);
    this.said = element("output", "transfer__said", "等待上传");
    this.stop = Object.assign(element("button", "btn btn-small", "停止"), { type: "button" });
    this.control = new AbortController();
    this.stop.addEventListener("click", () => this.control.abort());
    this.item.append(element("span", "transfer__name", file.name), this.bar, this.said, this.stop);
    list.append(this.item);
  }

  get signal() {
    return this.control.signal;
  }

  show(percent) {
    this.bar.value = percent;
    this.said.textContent = percent < 100 ? `正在上传 ${percent}%` : "已传完，正在检查文件";
  }

  end(tone, words) {
    this.item.dataset.tone = tone;
    this.said.textContent = words;
    this.bar.remove();
    this.stop.remove();
  }
}

/** What is sent with a file, as it was when it was sent; the token is the present one each time. */
const fieldsOf = (form) => [...new FormData(form)].filter(([name, value]) => name !== TOKEN && typeof value === "string");

function bodyOf(form, { fields, file }) {
  const body = new FormData();
  body.set(TOKEN, freshToken(form));
  for (const [name, value] of fields) body.append(name, value);
  body.append("file", file, file.name);
  return body;
}

/** Once: resolves with the answer, or with status 0 where none came. */
function attempt(form, entry, line) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.getAttribute("action") || location.href);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) line.show(Math.round((event.loaded / event.total) * 100));
    });
    for (const name of ["error", "timeout", "abort"]) request.addEventListener(name, () => resolve(lost()));
    request.addEventListener("load", () =>
      resolve({ status: request.status, text: request.responseText, url: request.responseURL }),
    );
    line.signal.addEventListener("abort", () => request.abort());
    request.send(bodyOf(form, entry));
  });
}

/** Wait for the time, for the network to come back, or for the person to stop. */
function pause(seconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    const now = () => {
      clearTimeout(timer);
      resolve();
    };
    window.addEventListener("online", now, { once: true });
    signal.addEventListener("abort", now, { once: true });
  });
}

const stays = (form) =>
  form.hasAttribute("data-keep") ? "文件已暂存在本机，关闭本页也不会丢失" : "文件没有丢失，请保持本页打开";

async function send(form, entry, line) {
  for (let tries = 0; tries < MOST_TRIES && !line.signal.aborted; tries += 1) {
    const answer = await attempt(form, entry, line);
    if (!TRANSIENT.has(answer.status)) return answer;
    if (line.signal.aborted) break;
    const wait = WAITS[Math.min(tries, WAITS.length - 1)];
    line.said.textContent = `网络中断，重试中（第 ${tries + 1} 次，${wait} 秒后）。${stays(form)}`;
    await pause(wait, line.signal);
  }
  return { ...lost(), stopped: line.signal.aborted };
}

/** Why the server does not take it, in its own words. */
function reasonsIn(text) {
  const page = parsed(text);
  const refusal = page.querySelector("main [role=alert]") ?? page.querySelector("[role=alert]");
  const lines = [...(refusal?.querySelectorAll("li") ?? [])].map((each) => each.textContent.trim()).filter(Boolean);
  return lines.join("；") || refusal?.textContent.trim().replace(/\s+/g, " ") || "系统出错，文件没有保存，请稍后重试。";
}

function whyNot(form, answer) {
  if (answer.status === 413) return "文件超过允许的大小";
  if (answer.status) return reasonsIn(answer.text);
  if (answer.stopped) return "已停止，没有上传";
  const next = form.hasAttribute("data-keep") ? "重新打开本页时继续上传" : "请重新选择文件上传";
  return `网络一直没有恢复，没有传完，${next}`;
}

async function one(form, entry) {
  const { file, line } = entry;
  const limit = Number(form.querySelector("input[type=file]").dataset.maxBytes || 0);
  if (limit && file.size > limit) {
    line.end("refused", `超过 ${Math.floor(limit / 1048576)} MB，请压缩或拆分后再上传`);
    await letGo(entry.id);
    return { line, ok: false };
  }
  const answer = await send(form, entry, line);
  const login = document.body.dataset.login;
  if (login && answer.url && new URL(answer.url).pathname === login) {
    location.assign(`${login}?next=${encodeURIComponent(location.pathname + location.search)}`);
    return { line, ok: false };
  }
  const ok = answer.status > 0 && answer.status < 400;
  if (answer.stopped || (answer.status && answer.status < 500)) await letGo(entry.id);
  if (ok) document.dispatchEvent(new CustomEvent("file:arrived", { detail: Object.fromEntries(entry.fields) }));
  line.end(ok ? "done" : "refused", ok ? "已上传" : whyNot(form, answer));
  return { line, ok, answer };
}

/** The main part of the page as it is now, with what was not taken still said where it was sent from. */
function redraw(last) {
  const through = results;
  results = [];
  const newest = through.filter(({ ok }) => ok).pop();
  const answer = newest ? parsed(newest.answer.text).querySelector("main") : null;
  if (answer) {
    document.querySelector("main").replaceWith(document.adoptNode(answer));
    window.htmx?.process(document.querySelector("main"));
  }
  const sectionOf = ({ place, form }) => (place && document.getElementById(place)) || form;
  for (const each of answer ? through.filter(({ ok }) => !ok) : []) {
    const section = sectionOf(each);
    if (!section.querySelector(":scope > .transfers")) section.append(element("ul", "transfers"));
    section.querySelector(":scope > .transfers").append(each.line.item);
  }
  const section = sectionOf(last);
  section.setAttribute("tabindex", "-1");
  section.focus();
}

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll(".is-busy")) {
    button.classList.remove("is-busy");
    button.removeAttribute("aria-disabled");
  }
}

/** Line up what one form sends; the page is drawn anew once everything is through. */
async function all(form, entries) {
  const where = { form, place: form.closest("section[id]")?.id };
  if (!under) form.parentElement.querySelectorAll(".transfers").forEach((each) => each.remove());
  const list = element("ul", "transfers");
  list.setAttribute("aria-live", "polite");
  form.after(list);
  for (const entry of entries) entry.line = new Line(list, entry.file);
  under += 1;
  queue = queue.then(async () => {
    for (const entry of entries) results.push({ ...where, ...(await one(form, entry)) });
  });
  await queue;
  under -= 1;
  release(form);
  if (!under) redraw(where);
}

/** Whether a kept file was sent from this form: it carries the form's hidden values. */
const isFrom = (form, { path, fields }) =>
  path === location.pathname &&
  [...form.querySelectorAll(`input[type=hidden]:not([name=${TOKEN}])`)].every((box) =>
    fields.some(([name, value]) => name === box.name && value === box.value),
  );

/** Of one signatory the last signature counts: an earlier one that still waits is not to come after it. */
async function makeRoom(form) {
  const rows = form.hasAttribute("data-signing") ? await waiting() : [];
  await Promise.all(rows.filter((row) => isFrom(form, row)).map((row) => letGo(row.id)));
}

/** What is kept here waits by itself: the form is free for the next file. */
async function keep(form, files) {
  const fields = fieldsOf(form);
  await makeRoom(form);
  const entries = await Promise.all(files.map(async (file) => ({ file, fields, id: await hold(fields, file) })));
  form.reset();
  release(form);
  return entries;
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-upload=retry]")) return;
  const files = [...(form.querySelector("input[type=file]")?.files ?? [])];
  if (!files.length) return;
  event.preventDefault();
  const fields = fieldsOf(form);
  const entries = form.hasAttribute("data-keep")
    ? await keep(form, files)
    : files.map((file) => ({ file, fields, id: null }));
  const bare = entries.filter(({ id }) => id === null).length;
  exposed += bare;
  await all(form, entries);
  exposed -= bare;
});

window.addEventListener("beforeunload", (event) => {
  if (exposed) event.preventDefault();
});

/** What waits for another page is pointed at. */
function pointTo(path, rows) {
  const place = document.querySelector("main > *");
  if (!place) return;
  const giveUp = () => {
    rows.forEach(({ id }) => letGo(id));
    note.remove();
  };
  const note = offerNote(place, `这台机器上有 ${rows.length} 个文件还没有传完`, [
    ["继续上传", () => location.assign(path)],
    ["放弃", giveUp],
  ]);
}

/** Go on with what an earlier visit could not send. */
async function resume() {
  const rows = await waiting();
  for (const form of document.querySelectorAll("form[data-upload=retry][data-keep]")) {
    const mine = rows.filter((row) => isFrom(form, row));
    if (!mine.length) continue;
    form.closest("details")?.setAttribute("open", "");
    all(form, mine);
  }
  const elsewhere = rows.filter((row) => row.path !== location.pathname);
  for (const path of new Set(elsewhere.map((row) => row.path))) {
    pointTo(path, elsewhere.filter((row) => row.path === path));
  }
}

resume();
