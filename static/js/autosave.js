/* Saves a form while it is filled in: only what changed, with the version it was based on. What could not be
   sent stays on this machine until it can. The server's side of it is described in docs/look.md. */

import { clashNote, lockedNote, offerNote, showErrors, showParts, showRemarks } from "./notes.js";
import { boxOf, freshToken, put, rowFor, valuesOf } from "./values.js";

const PAUSE = 1200;
const RETRY = 15000;
const EVERY = 5;
const KEEPALIVE_MOST = 60000;
const AFTERWARDS = "内容已暂存在本机，恢复后自动保存";
const OFFLINE = `网络中断，${AFTERWARDS}`;

/** Whether the login page stood here just before: then whoever signed in wants to go on where they were. */
function cameFromLogin() {
  const login = document.body.dataset.login;
  if (!login || !document.referrer) return false;
  const before = new URL(document.referrer);
  return before.origin === location.origin && before.pathname.startsWith(login);
}

const two = (number) => String(number).padStart(2, "0");

function said(moment) {
  const at = new Date(moment);
  return `${at.getMonth() + 1}月${at.getDate()}日 ${two(at.getHours())}:${two(at.getMinutes())}`;
}

class Autosave {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.autosave;
    this.version = form.dataset.version;
    this.every = Number(form.dataset.autosaveSeconds || EVERY) * 1000;
    this.key = `unsent:${document.body.dataset.user ?? ""}:${location.pathname}`;
    this.sent = valuesOf(this.form);
    this.held = new Set();
    this.refused = new Map();
    this.busy = false;
    this.kept = this.left();
    form.addEventListener("input", () => this.changed());
    form.addEventListener("change", () => this.changed());
    form.addEventListener("rows:restored", (event) => event.detail.forEach((name) => this.sent.delete(name)));
    form.addEventListener("submit", (event) => this.submitted(event));
    window.addEventListener("online", () => this.save());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") this.save();
    });
    if (this.kept) this.offer();
  }

  /** Without a network the page stays: a form that is sent into the void takes it away. A machine may know itself to
      be off the network and still reach a server of its own: then the form goes. */
  async submitted(event) {
    freshToken(this.form);
    this.keep(this.kept ? {} : { submitted: true }); // what waits for an answer still waits
    if (navigator.onLine || this.reached) return;
    event.preventDefault();
    try {
      await fetch(location.href, { method: "HEAD", redirect: "manual" });
      this.reached = true;
      this.form.requestSubmit(event.submitter);
    } catch {
      this.say(OFFLINE, "unsent");
    } finally {
      this.reached = false;
    }
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

  /** Save when a pause is made; and while none is made, every few seconds. */
  changed() {
    this.keep({});
    clearTimeout(this.timer);
    this.since ??= Date.now();
    const left = this.since + this.every - Date.now();
    this.timer = setTimeout(() => this.save(), Math.max(0, Math.min(PAUSE, left)));
  }

  // --- what stays on this machine ---

  /** What an earlier visit left, where it differs from what stands here now. */
  left() {
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem(this.key) ?? "null");
    } catch {
      localStorage.removeItem(this.key);
    }
    const arrived = kept?.submitted && kept.version !== this.version && !cameFromLogin();
    const differs = kept && Object.entries(kept.values).some(([name, value]) => this.sent.get(name) !== value);
    if (differs && !arrived) return kept;
    localStorage.removeItem(this.key);
    return null;
  }

  keep(more) {
    if (this.shut) return;
    const values = { ...this.kept?.values, ...Object.fromEntries(this.unsaved()) };
    if (Object.keys(values).length === 0) {
      localStorage.removeItem(this.key);
      return;
    }
    const version = this.kept?.version ?? this.base ?? this.version;
    localStorage.setItem(this.key, JSON.stringify({ version, values, at: this.kept?.at ?? Date.now(), ...more }));
  }

  /** Whether nothing can have come between: back from the login, or nobody has stored anything here since. */
  goesOn() {
    return cameFromLogin() || (this.form.hasAttribute("data-autosave-resume") && this.kept.version === this.version);
  }

  /** Whoever just goes on does so at once; anybody else is asked. */
  offer() {
    if (this.goesOn()) {
      this.restore();
      return;
    }
    const when = this.kept.at ? `（${said(this.kept.at)}）` : "";
    this.bar = offerNote(this.form, `这台机器上有未保存的内容${when}，共 ${Object.keys(this.kept.values).length} 项`, [
      ["恢复", () => this.restore()],
      ["放弃", () => this.forget()],
    ]);
  }

  forget() {
    this.kept = null;
    this.bar?.remove();
    localStorage.removeItem(this.key);
    this.keep({});
  }

  /** Put back what an earlier visit could not send; rows that it had added are added again. */
  restore() {
    const { kept } = this;
    this.kept = null;
    this.bar?.remove();
    let restored = 0;
    for (const [name, value] of Object.entries(kept.values)) {
      const box = boxOf(this.form, name) ? name : rowFor(this.form, name, kept.values);
      if (!box || this.sent.get(box) === value) continue;
      put(this.form, box, JSON.parse(value));
      restored += 1;
    }
    this.version = kept.version;
    this.say(`已恢复未保存的 ${restored} 项内容`, "unsent");
    this.changed();
  }

  // --- sending ---

  async save() {
    clearTimeout(this.timer);
    this.since = undefined;
    const pending = this.pending();
    if (this.busy || this.locked || pending.length === 0) return;
    this.busy = true;
    this.say("正在保存…");
    const body = new URLSearchParams({ version: this.version });
    body.set("csrfmiddlewaretoken", freshToken(this.form));
    for (const [name, value] of pending) {
      body.append("changed", name);
      JSON.parse(value).forEach((each) => body.append(name, each));
    }
    try {
      const headers = { "X-Autosave": "1", Accept: "application/json" };
      const keepalive = String(body).length < KEEPALIVE_MOST;
      const response = await fetch(this.url, { method: "POST", body, headers, redirect: "manual", keepalive });
      await this.answered(response, pending);
    } catch (problem) {
      this.later(problem instanceof TypeError ? OFFLINE : `系统暂时不能保存，${AFTERWARDS}`);
    } finally {
      this.busy = false;
    }
    if (this.pending().length && !this.waiting && !this.locked) this.changed();
  }

  later(words) {
    this.say(words, "unsent");
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      this.waiting = null;
      this.save();
    }, RETRY);
  }

  /** A way back in: signing in leads back to this page, which puts the text back. */
  offerLogin() {
    const login = document.body.dataset.login;
    if (!login) return;
    for (const place of document.querySelectorAll("[data-saved]")) {
      const link = document.createElement("a");
      link.href = `${login}?next=${encodeURIComponent(location.pathname + location.search)}`;
      link.textContent = "重新登录";
      place.append(" ", link);
    }
  }

  /** The page may not be open to this person any more: it goes, and comes back as whatever they may see now. */
  close({ forget }) {
    this.keep({});
    this.locked = this.shut = true;
    if (forget) localStorage.removeItem(this.key);
    location.reload();
  }

  async answered(response, pending) {
    if (response.status === 403 && response.headers.get("Content-Type")?.startsWith("application/json")) {
      this.close(await response.json());
      return;
    }
    if (response.type === "opaqueredirect" || response.status === 401 || response.status === 403) {
      this.later("登录已过期，内容已暂存在本机，登录后自动恢复。");
      this.offerLogin();
      return;
    }
    if (response.status >= 500) throw new Error("not saved");
    const answer = await response.json();
    const errors = answer.errors ?? {};
    showErrors(this.form, errors, pending.map(([name]) => name));
    if (answer.remarks) showRemarks(this.form, answer.remarks);
    if (answer.parts) showParts(answer.parts);
    if (response.status === 409 && !answer.clashes?.length) {
      this.locked = true; // nothing is stored any more: what is unsaved is shown, and stays on this machine
      lockedNote(this.form, answer.message, this.unsaved());
      this.say("内容已锁定，没有保存", "clash");
      this.keep({});
      return;
    }
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
      this.keep({});
      if (!this.held.size) this.say("已采用对方的内容");
    }
    this.save();
  }
}

/* Once every module stands: putting rows back needs the one that adds them. */
document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("form[data-autosave]").forEach((form) => new Autosave(form));
});
