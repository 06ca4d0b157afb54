/* Saves a form while it is filled in: only what changed, with the version it was based on. What could not be
   sent stays on this machine until it can. The server's side of it is described in docs/look.md. */

import { clashNote, showErrors } from "./notes.js";

const PAUSE = 1200;
const RETRY = 15000;

class Autosave {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.autosave;
    this.version = form.dataset.version;
    this.key = `unsent:${document.body.dataset.user ?? ""}:${location.pathname}`;
    this.sent = this.values();
    this.held = new Set();
    this.busy = false;
    this.restore();
    form.addEventListener("input", () => this.changed());
    form.addEventListener("change", () => this.changed());
    form.addEventListener("submit", () => this.keep({ submitted: true }));
    window.addEventListener("online", () => this.save());
  }

  /** The present values by field name; files are uploaded on their own. */
  values() {
    const found = new Map();
    for (const { name, type, disabled } of this.form.elements) {
      const own = name && !disabled && type !== "file" && type !== "submit" && type !== "button";
      if (own && name !== "csrfmiddlewaretoken" && name !== "key") found.set(name, []);
    }
    for (const [name, value] of new FormData(this.form)) found.get(name)?.push(value);
    return new Map([...found].map(([name, list]) => [name, JSON.stringify(list)]));
  }

  pending() {
    return [...this.values()].filter(([name, value]) => this.sent.get(name) !== value && !this.held.has(name));
  }

  say(text, state = "") {
    for (const place of document.querySelectorAll("[data-saved]")) {
      place.textContent = text;
      place.dataset.state = state;
    }
  }

  changed() {
    this.keep({});
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  keep(more) {
    const values = Object.fromEntries(this.pending());
    if (Object.keys(values).length === 0) localStorage.removeItem(this.key);
    else localStorage.setItem(this.key, JSON.stringify({ version: this.version, values, ...more }));
  }

  /** Put back what an earlier visit could not send. */
  restore() {
    const kept = JSON.parse(localStorage.getItem(this.key) ?? "null");
    localStorage.removeItem(this.key);
    if (!kept || (kept.submitted && kept.version !== this.version)) return;
    let restored = 0;
    for (const [name, value] of Object.entries(kept.values)) {
      if (!this.sent.has(name) || this.sent.get(name) === value) continue;
      this.put(name, JSON.parse(value));
      restored += 1;
    }
    if (!restored) return;
    this.version = kept.version;
    this.say(`已恢复上次未保存的 ${restored} 项内容`, "unsent");
    this.changed();
  }

  put(name, list) {
    const boxes = [...this.form.elements].filter((box) => box.name === name);
    boxes.forEach((box, index) => {
      if (box.type === "checkbox" || box.type === "radio") box.checked = list.includes(box.value);
      else if (box.multiple) [...box.options].forEach((option) => (option.selected = list.includes(option.value)));
      else box.value = list[index] ?? "";
    });
  }

  async save() {
    clearTimeout(this.timer);
    const pending = this.pending();
    if (this.busy || pending.length === 0) return;
    this.busy = true;
    this.say("正在保存…");
    const body = new URLSearchParams({ version: this.version });
    body.set("csrfmiddlewaretoken", this.form.elements.csrfmiddlewaretoken?.value ?? "");
    for (const [name, value] of pending) {
      body.append("changed", name);
      JSON.parse(value).forEach((each) => body.append(name, each));
    }
    try {
      const headers = { "X-Autosave": "1", Accept: "application/json" };
      const response = await fetch(this.url, { method: "POST", body, headers, redirect: "manual" });
      await this.answered(response, pending);
    } catch (problem) {
      const cause = problem instanceof TypeError ? "网络不通" : "系统暂时不能保存";
      this.later(`${cause}，内容暂存在本机，恢复后自动保存`);
    } finally {
      this.busy = false;
    }
    if (this.pending().length && !this.waiting) this.changed();
  }

  later(words) {
    this.say(words, "unsent");
    this.waiting = setTimeout(() => {
      this.waiting = null;
      this.save();
    }, RETRY);
  }

  async answered(response, pending) {
    if (response.type === "opaqueredirect" || response.status === 401 || response.status === 403) {
      this.later("登录已过期，内容暂存在本机。请在新窗口重新登录，之后自动保存");
      return;
    }
    if (response.status >= 500) throw new Error("not saved");
    const answer = await response.json();
    this.version = String(answer.version ?? this.version);
    const refused = new Set([...Object.keys(answer.errors ?? {}), ...(answer.clashes ?? []).map((c) => c.field)]);
    if (response.status !== 409) {
      for (const [name, value] of pending) this.sent.set(name, value);
    }
    showErrors(this.form, answer.errors ?? {}, pending.map(([name]) => name));
    if (response.status === 409) {
      refused.forEach((name) => this.held.add(name));
      clashNote(answer, (clash, mine) => this.settle(clash, mine));
      this.say("有内容与他人的修改冲突，尚未保存", "clash");
    } else if (refused.size) this.say(`有 ${refused.size} 项填写有误，未保存`, "unsent");
    else this.say(`已保存 ${answer.saved_at}`);
    this.keep({});
  }

  settle(clash, mine) {
    this.held.delete(clash.field);
    if (!mine) {
      this.put(clash.field, [].concat(clash.theirs ?? ""));
      this.sent.set(clash.field, this.values().get(clash.field));
    }
    this.save();
  }
}

document.querySelectorAll("form[data-autosave]").forEach((form) => new Autosave(form));
