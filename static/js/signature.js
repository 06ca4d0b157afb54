/* Signing on the screen: what is drawn becomes the picture in the form's own file box, so that it is sent, and sent
   again where the network is lost, like any other file. Until the server has it, the drawing stays on this machine and
   is there again when the page is. Without this module, or by keyboard, a picture is uploaded.
   Markup: <form data-signing> with <canvas data-signature>, [data-signature-clear] and an input type=file. */

const WIDTH = 4;
let pen = null;

/** Where the drawing of one signatory is kept; signing out takes it away. */
const keyOf = (member) => `unsent:${document.body.dataset.user ?? ""}:${location.pathname}:signature-${member}`;
const keyFor = (canvas) => keyOf(canvas.closest("form").elements.member.value);

function place(canvas, event) {
  const box = canvas.getBoundingClientRect();
  return [((event.clientX - box.left) * canvas.width) / box.width, ((event.clientY - box.top) * canvas.height) / box.height];
}

function begin(event) {
  const canvas = event.target.closest?.("canvas[data-signature]");
  if (!canvas || event.button > 0) return;
  event.preventDefault();
  const ink = canvas.getContext("2d");
  Object.assign(ink, { lineWidth: WIDTH, lineCap: "round", lineJoin: "round", strokeStyle: "#111" });
  ink.beginPath();
  ink.moveTo(...place(canvas, event));
  ink.lineTo(...place(canvas, event));
  ink.stroke();
  canvas.setPointerCapture(event.pointerId);
  canvas.dataset.drawn = "yes";
  pen = canvas;
}

function draw(event) {
  if (!pen) return;
  const ink = pen.getContext("2d");
  for (const each of event.getCoalescedEvents?.() ?? [event]) ink.lineTo(...place(pen, each));
  ink.stroke();
}

function end() {
  if (pen?.isConnected) keep(pen);
  pen = null;
}

function keep(canvas) {
  try {
    localStorage.setItem(keyFor(canvas), canvas.toDataURL("image/png"));
  } catch {
    // a machine that keeps nothing: the drawing stands as long as the page does
  }
}

function clear(form) {
  const canvas = form.querySelector("canvas[data-signature]");
  canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
  delete canvas.dataset.drawn;
  localStorage.removeItem(keyFor(canvas));
}

const bytesOf = (address) => Uint8Array.from(atob(address.split(",")[1]), (each) => each.charCodeAt(0));

/** Draw again what was drawn here and has not arrived yet. */
async function restore(canvas) {
  const kept = localStorage.getItem(keyFor(canvas));
  if (!kept) return;
  const drawing = await createImageBitmap(new Blob([bytesOf(kept)], { type: "image/png" }));
  if (canvas.dataset.drawn) return;
  canvas.getContext("2d").drawImage(drawing, 0, 0);
  canvas.dataset.drawn = "yes";
  canvas.closest("details")?.setAttribute("open", "");
}

/** The drawing as a file, at once: the form is being sent. */
function picture(canvas) {
  return new File([bytesOf(canvas.toDataURL("image/png"))], "签字.png", { type: "image/png" });
}

/* A pad is shown where it works; pages that are drawn anew bring new ones. */
function show() {
  for (const pad of document.querySelectorAll(".signature-pad[hidden]")) {
    pad.removeAttribute("hidden");
    restore(pad.querySelector("canvas[data-signature]"));
  }
}

document.addEventListener("pointerdown", begin);
document.addEventListener("pointermove", draw);
document.addEventListener("pointerup", end);
document.addEventListener("pointercancel", end);
document.addEventListener("change", (event) => delete event.target.dataset.pad);
document.addEventListener("file:arrived", (event) => localStorage.removeItem(keyOf(event.detail.member)));
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-signature-clear]");
  if (button) clear(button.form);
});
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const canvas = form.matches("form[data-signing]") && form.querySelector("canvas[data-signature]");
    const box = canvas && form.querySelector("input[type=file]");
    if (!canvas?.dataset.drawn || (box.files.length && !box.dataset.pad)) return;
    const holder = new DataTransfer();
    holder.items.add(picture(canvas));
    box.files = holder.files;
    box.dataset.pad = "yes"; // another drawing takes its place, a picture that was chosen stays
  },
  true,
);
new MutationObserver(show).observe(document.body, { childList: true, subtree: true });
show();
