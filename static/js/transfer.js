/* Sends annexes one by one, shows how far each is, and tries again by itself where the network is lost: the server
   keeps the same bytes once, so that a file sent twice is stored once. Without JavaScript the form is sent as any other.
   Markup: <form method="post" enctype="multipart/form-data" data-upload="retry">. */

const WAITS = [2, 4, 8, 15, 30];
const MOST_TRIES = 40;
const TRANSIENT = new Set([0, 408, 425, 429, 502, 503, 504]);
const parsed = (text) => new DOMParser().parseFromString(text, "text/html");
const element = (tag, className, text = "") =>
  Object.assign(document.createElement(tag), { className, textContent: text });
let under = 0;

/** A line of the list below the form: the file, how far it is, what became of it. */
class Line {
  constructor(list, file) {
    this.item = element("li", "transfer");
    this.bar = Object.assign(element("progress", "transfer__bar"), { max: 100, value: 0 });
    this.bar.setAttribute("aria-label", `${file.name} 上传进度`);
    this.said = element("output", "transfer__said", "等待上传");
    this.stop = Object.assign(element("button", "btn btn-small", "停止"), { type: "button" });
    this.item.append(element("span", "transfer__name", file.name), this.bar, this.said, this.stop);
    list.append(this.item);
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

/** Once: resolves with the answer, or with status 0 where none came. */
function attempt(form, file, line, signal) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    const body = new FormData(form);
    body.delete("file");
    body.append("file", file);
    request.open("POST", form.getAttribute("action") || location.href);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) line.show(Math.round((event.loaded / event.total) * 100));
    });
    for (const name of ["error", "timeout", "abort"]) {
      request.addEventListener(name, () => resolve({ status: 0, text: "", url: "" }));
    }
    request.addEventListener("load", () =>
      resolve({ status: request.status, text: request.responseText, url: request.responseURL }),
    );
    signal.addEventListener("abort", () => request.abort());
    request.send(body);
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

async function send(form, file, line) {
  const control = new AbortController();
  line.stop.addEventListener("click", () => control.abort());
  for (let tries = 0; tries < MOST_TRIES && !control.signal.aborted; tries += 1) {
    const answer = await attempt(form, file, line, control.signal);
    if (!TRANSIENT.has(answer.status)) return answer;
    if (control.signal.aborted) break;
    const wait = WAITS[Math.min(tries, WAITS.length - 1)];
    line.said.textContent = `网络中断，重试中（第 ${tries + 1} 次，${wait} 秒后）。文件没有丢失，请保持本页打开`;
    await pause(wait, control.signal);
  }
  return { status: 0, text: "", url: "", stopped: control.signal.aborted };
}

/** Why the server does not take it, in its own words. */
function reasonsIn(text) {
  const page = parsed(text);
  const refusal = page.querySelector("main [role=alert]") ?? page.querySelector("[role=alert]");
  const lines = [...(refusal?.querySelectorAll("li") ?? [])].map((each) => each.textContent.trim()).filter(Boolean);
  return lines.join("；") || refusal?.textContent.trim().replace(/\s+/g, " ") || "系统出错，文件没有保存，请稍后重试。";
}

async function one(form, file, list) {
  const line = new Line(list, file);
  const limit = Number(form.querySelector("input[type=file]").dataset.maxBytes || 0);
  if (limit && file.size > limit) {
    line.end("refused", `超过 ${Math.floor(limit / 1048576)} MB，请压缩或拆分后再上传`);
    return { line, ok: false };
  }
  const answer = await send(form, file, line);
  const login = document.body.dataset.login;
  if (login && answer.url && new URL(answer.url).pathname === login) {
    location.assign(`${login}?next=${encodeURIComponent(location.pathname + location.search)}`);
    return { line, ok: false };
  }
  if (answer.status && answer.status < 400) {
    line.end("done", "已上传");
    return { line, ok: true, answer };
  }
  if (answer.status === 413) line.end("refused", "文件超过允许的大小");
  else if (answer.status) line.end("refused", reasonsIn(answer.text));
  else line.end("refused", answer.stopped ? "已停止，没有上传" : "网络一直没有恢复，没有传完，请重新选择文件上传");
  return { line, ok: false };
}

/** The main part of the page as it is now, with what was not taken still said where it was sent from. */
function redraw(form, results) {
  const taken = results.filter((each) => each.ok);
  const left = results.filter((each) => !each.ok).map((each) => each.line.item);
  const place = form.closest("section[id]")?.id;
  const answer = taken.length ? parsed(taken[taken.length - 1].answer.text).querySelector("main") : null;
  if (answer) {
    document.querySelector("main").replaceWith(document.adoptNode(answer));
    window.htmx?.process(document.querySelector("main"));
  }
  const section = (place && document.getElementById(place)) || form;
  if (answer && left.length) {
    const list = element("ul", "transfers");
    list.append(...left);
    section.append(list);
  }
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

async function all(form, files) {
  form.parentElement.querySelectorAll(".transfers").forEach((each) => each.remove());
  const list = element("ul", "transfers");
  list.setAttribute("aria-live", "polite");
  form.after(list);
  under += 1;
  const results = [];
  for (const file of files) results.push(await one(form, file, list));
  under -= 1;
  release(form);
  redraw(form, results);
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-upload=retry]")) return;
  const files = [...(form.querySelector("input[type=file]")?.files ?? [])];
  if (!files.length) return;
  event.preventDefault();
  all(form, files);
});

window.addEventListener("beforeunload", (event) => {
  if (under) event.preventDefault();
});
