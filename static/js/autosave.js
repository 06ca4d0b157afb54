/* Saves a form while it is filled in: only what changed, with the version it was based on. What could not be
   sent stays on this machine until it can. The server's side of it is described in docs/look.md. */

import { clashNote, showErrors } from "./notes.js";
import { put, valuesOf } from "./values.js";

const PAUSE = 1200;
const RETRY = 15000;

/** The token of the present login: after a new one, in another window, the page's own is void. */
function token(form) {
  const cookie = document.cookie.split("; ").find((each) => each.startsWith("csrftoken="));
  const box = form.elements.csrfmiddlewaretoken;
  if (box && cookie) box.value = cookie.split("=")[1];
  return box?.value ?? "";
}

class Autosave {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.autosave;
    this.version = form.dataset.version;
    this.key = `unsent:${document.body.dataset.user ?? ""}:${location.pathname}`;
    this.sent = valuesOf(this.form);
    this.held = new Set();
    this.refused = new Map();
    this.busy = false;
    this.restore();
    form.addEventListener("input", () => this.changed());
    form.addEventListener("change", () => this.changed());
    form.addEventListener("submit", () => {
      token(form);
      this.keep({ submitted: true });
    });
    window.addEventListener("online", () => this.save());
  }

  unsaved() {
    return [...valuesOf(this.form)].filter(([name, value]) => this.sent.get(name) !== value);
  }

  /** What is worth sending: not what waits for a choice, nor what was refused as it stands. */
  pending() {
    return this.unsaved().filter(([name, value]) => !this.held.has(name) && this.refused.get(name) !== value);
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
    const values = Object.fromEntries(this.unsaved());
    if (Object.keys(values).length === 0) localStorage.removeItem(this.key);
    else localStorage.setItem(this.key, JSON.stringify({ version: this.base ?? this.version, values, ...more }));
  }

  /** Put back what an earlier visit could not send. */
  restore() {
    const kept = JSON.parse(localStorage.getItem(this.key) ?? "null");
    localStorage.removeItem(this.key);
    if (!kept || (kept.submitted && kept.version !== this.version)) return;
    let restored = 0;
    for (const [name, value] of Object.entries(kept.values)) {
      if (!this.sent.has(name) || this.sent.get(name) === value) continue;
      put(this.form, name, JSON.parse(value));
      restored += 1;
    }
    if (!restored) return;
    this.version = kept.version;
    this.say(`已恢复上次未保存的 ${restored} 项内容`, "unsent");
    this.changed();
  }

  async save() {
    clearTimeout(this.timer);
    const pending = this.pending();
    if (this.busy || pending.length === 0) return;
    this.busy = true;
    this.say("正在保存…");
    const body = new URLSearchParams({ version: this.version });
    body.set("csrfmiddlewaretoken", token(this.form));
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

  /** A way back in: in another window this page goes on by itself, in this one it puts the text back. */
  offerLogin() {
    const login = document.body.dataset.login;
    if (!login) return;
    for (const place of document.querySelectorAll("[data-saved]")) {
      const link = document.createElement("a");
      link.href = `${login}?next=${encodeURIComponent(location.pathname + location.search)}`;
      link.target = "_blank";
      link.textContent = "重新登录";
      place.append(" ", link);
    }
  }

  async answered(response, pending) {
    if (response.type === "opaqueredirect" || response.status === 401 || response.status === 403) {
      this.later("登录已过期，内容暂存在本机，登录后自动保存。");
      this.offerLogin();
      return;
    }
    if (response.status >= 500) throw new Error("not saved");
    const answer = await response.json();
    const errors = answer.errors ?? {};
    showErrors(this.form, errors, pending.map(([name]) => name));
    if (response.status === 409) {
      this.base ??= this.version; // until a choice is made, what is kept is based on what was seen before
      answer.clashes.forEach((clash) => this.held.add(clash.field));
      clashNote(answer, (clash, mine) => this.settle(clash, mine));
      this.say("有内容与他人的修改冲突，尚未保存", "clash");
    } else if (response.ok) {
      for (const [name, value] of pending) this.sent.set(name, value);
      this.say(`已保存 ${answer.saved_at}`);
    } else {
      for (const [name, value] of pending) {
        const kept = answer.version !== undefined && !(name in errors);
        (kept ? this.sent : this.refused).set(name, value);
      }
      this.say(`有 ${Object.keys(errors).length} 项填写有误，未保存`, "unsent");
    }
    this.version = String(answer.version ?? this.version);
    this.keep({});
  }

  settle(clash, mine) {
    this.held.delete(clash.field);
    if (!this.held.size) this.base = undefined;
    if (!mine) {
      put(this.form, clash.field, [].concat(clash.theirs ?? ""));
      this.sent.set(clash.field, valuesOf(this.form).get(clash.field));
    }
    this.save();
  }
}

document.querySelectorAll("form[data-autosave]").forEach((form) => new Autosave(form));
