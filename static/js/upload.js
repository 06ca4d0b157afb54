/* Shows how far an upload is. Without JavaScript, or when anything here fails, the form is sent as any other.
   Markup: <form method="post" enctype="multipart/form-data" data-upload>; an input may carry data-max-bytes. */

import { say } from "./notes.js";

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

/** Put the main part of the answer in place of the present one. */
function replace(text) {
  const answer = new DOMParser().parseFromString(text, "text/html").querySelector("main");
  if (!answer) return false;
  document.querySelector("main").replaceWith(document.adoptNode(answer));
  window.htmx?.process(document.querySelector("main"));
  document.querySelector("[data-focus]")?.focus();
  return true;
}

function stop(form, words) {
  form.querySelector(".upload-progress")?.nextElementSibling.remove();
  form.querySelector(".upload-progress")?.remove();
  delete form.dataset.sent;
  form.querySelectorAll(".is-busy").forEach((button) => {
    button.classList.remove("is-busy");
    button.removeAttribute("aria-disabled");
  });
  say(words);
}

function send(form, submitter) {
  const request = new XMLHttpRequest();
  request.open("POST", form.getAttribute("action"));
  request.upload.addEventListener("progress", (event) => show(form, event.loaded, event.total));
  request.addEventListener("error", () => stop(form, "网络中断，文件没有传完。请重新上传。"));
  request.addEventListener("load", () => {
    if (request.status < 400) location.assign(request.responseURL);
    else if (request.status === 413) stop(form, "文件超过允许的大小。");
    else if (!replace(request.responseText)) stop(form, "系统出错，文件没有保存。请稍后重试。");
  });
  show(form, 0, 1);
  request.send(new FormData(form, submitter));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-upload]")) return;
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
