/* Shows how far an upload is. Without JavaScript, or when anything here fails, the form is sent as any other.
   Markup: <form method="post" enctype="multipart/form-data" data-upload>; an input may carry data-max-bytes.
   With data-upload="preview" the answer is a page that exists nowhere else: it is shown, not gone to. */

import { refusalPlace, say } from "./notes.js";

const SAID = "upload.said";

function bar(form) {
  const found = form.querySelector(".upload-progress");
  if (found) return found;
  const made = Object.assign(document.createElement("progress"), { className: "upload-progress", max: 100 });
  made.setAttribute("aria-label", "上传进度");
  const said = document.createElement("output");
  said.className = "field__echo";
  form.append(made, said);
  return made;
}

function show(form, loaded, size) {
  const progress = bar(form);
  const percent = size ? Math.round((loaded / size) * 100) : 0;
  progress.value = percent;
  progress.nextElementSibling.textContent = percent < 100 ? `正在上传 ${percent}%` : "已传完，正在检查文件";
}

const tooBig = (form) =>
  [...form.querySelectorAll("input[type=file][data-max-bytes]")]
    .flatMap((input) => [...input.files].map((file) => ({ file, limit: Number(input.dataset.maxBytes) })))
    .find(({ file, limit }) => file.size > limit);

const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

/** Put the main part of the answer in place of the present one; files that were chosen stay chosen. */
function replace(text) {
  const answer = parsed(text).querySelector("main");
  if (!answer) return false;
  const chosen = [...document.querySelectorAll("main input[type=file]")].filter((input) => input.files.length);
  document.querySelector("main").replaceWith(document.adoptNode(answer));
  for (const input of chosen) {
    const again = document.getElementById(input.id);
    if (again?.type === "file") again.files = input.files;
  }
  window.htmx?.process(document.querySelector("main"));
  (document.querySelector("[data-focus]") ?? document.querySelector("main")).focus();
  return true;
}

/** Go where the answer is. It was rendered once already, with its messages: they are kept for the page to come. */
function arrive(request) {
  const said = parsed(request.responseText).querySelector("#messages");
  if (said?.children.length) sessionStorage.setItem(SAID, said.innerHTML);
  location.assign(request.responseURL);
}

function sayKept() {
  const kept = sessionStorage.getItem(SAID);
  if (!kept) return;
  sessionStorage.removeItem(SAID);
  document.querySelector("#messages")?.append(...parsed(kept).body.childNodes);
}

/** Say why the rules refuse it, above the form: what was filled in stays where it is. */
function refuse(form, text) {
  const refusal = parsed(text).querySelector("[role=alert][data-focus]");
  if (!refusal || !refusalPlace()) return false;
  release(form);
  refusalPlace().replaceChildren(document.adoptNode(refusal));
  refusal.focus();
  return true;
}

function stop(form, words) {
  release(form);
  say(words);
}

function release(form) {
  form.querySelector(".upload-progress")?.nextElementSibling.remove();
  form.querySelector(".upload-progress")?.remove();
  delete form.dataset.sent;
  form.querySelectorAll(".is-busy").forEach((button) => {
    button.classList.remove("is-busy");
    button.removeAttribute("aria-disabled");
  });
}

function send(form, submitter) {
  const request = new XMLHttpRequest();
  request.open("POST", form.getAttribute("action") || location.href);
  request.upload.addEventListener("progress", (event) => show(form, event.loaded, event.total));
  request.addEventListener("error", () => stop(form, "网络中断，文件没有传完。请重新上传。"));
  request.addEventListener("load", () => {
    if (request.status < 400 && form.dataset.upload !== "preview") arrive(request);
    else if (request.status === 413) stop(form, "文件超过允许的大小。");
    else if (request.status === 409 && refuse(form, request.responseText)) return;
    else if (!replace(request.responseText)) stop(form, "系统出错，文件没有保存。请稍后重试。");
  });
  show(form, 0, 1);
  request.send(new FormData(form, submitter));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-upload]") || form.dataset.upload === "retry") return;
  const large = tooBig(form);
  if (large) {
    event.preventDefault();
    event.stopImmediatePropagation();
    stop(form, `“${large.file.name}”超过 ${Math.floor(large.limit / 1048576)} MB，请压缩或拆分后再上传。`);
    return;
  }
  if (form.hasAttribute("hx-post")) return;
  const files = [...form.querySelectorAll("input[type=file]")].some((input) => input.files.length);
  if (!files) return;
  event.preventDefault();
  send(form, event.submitter);
});

document.addEventListener("htmx:xhr:progress", (event) => {
  const form = event.target.closest?.("form[data-upload]");
  if (form && event.detail.total) show(form, event.detail.loaded, event.detail.total);
});

sayKept();
