/* Files that wait for the network, kept on this machine by person and page until the server has them: a tab that is
   closed, or a phone that runs out of power, loses none. Where the machine keeps nothing (a private window), the files
   are sent all the same, as long as the page stands. This module only defines. */

const NAME = "unsent-files";
const STORE = "files";
const DAYS = 30;

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error));
  });

function opened() {
  const request = indexedDB.open(NAME, 1);
  request.addEventListener("upgradeneeded", () => {
    request.result.createObjectStore(STORE, { keyPath: "id", autoIncrement: true }).createIndex("user", "user");
  });
  return settled(request);
}

async function within(mode, act, otherwise) {
  let base;
  try {
    base = await opened();
    return await settled(act(base.transaction(STORE, mode).objectStore(STORE)));
  } catch {
    return otherwise;
  } finally {
    base?.close();
  }
}

const user = () => document.body.dataset.user ?? "";

/** Says, without asking the store, whether there may be anything; signing out takes it away. */
const flag = () => `unsent:${user()}:files`;

/** Keep a file with the values that go with it; its number, or null where it cannot be kept. */
export async function hold(fields, file) {
  const row = { user: user(), path: location.pathname, fields, file, at: Date.now() };
  const id = await within("readwrite", (store) => store.add(row), null);
  if (id !== null) localStorage.setItem(flag(), "yes");
  return id;
}

/** What this person left on this machine, the oldest first. What nobody came back for in a month goes. */
export async function waiting() {
  if (!localStorage.getItem(flag())) return [];
  const rows = await within("readonly", (store) => store.index("user").getAll(user()), []);
  const oldest = Date.now() - DAYS * 86400000;
  await Promise.all(rows.filter((row) => row.at < oldest).map((row) => letGo(row.id)));
  const left = rows.filter((row) => row.at >= oldest);
  if (!left.length) localStorage.removeItem(flag());
  return left;
}

export const letGo = (id) => (id === null ? null : within("readwrite", (store) => store.delete(id), null));

/** Signing out leaves nothing on the machine. */
export const forgetAll = () => window.indexedDB?.deleteDatabase(NAME);
