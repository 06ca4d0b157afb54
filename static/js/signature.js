/* Signing on the screen: what is drawn becomes the picture in the form's own file box, so that it is sent, and sent
   again where the network is lost, like any other file. Without this module, or by keyboard, a picture is uploaded.
   Markup: <form data-signing> with <canvas data-signature>, [data-signature-clear] and an input type=file. */

const WIDTH = 4;
let pen = null;

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
  pen = null;
}

function clear(form) {
  const canvas = form.querySelector("canvas[data-signature]");
  canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
  delete canvas.dataset.drawn;
}

/** The drawing as a file, at once: the form is being sent. */
function picture(canvas) {
  const bytes = Uint8Array.from(atob(canvas.toDataURL("image/png").split(",")[1]), (each) => each.charCodeAt(0));
  return new File([bytes], "签字.png", { type: "image/png" });
}

/* A pad is shown where it works; pages that are drawn anew bring new ones. */
function show() {
  document.querySelectorAll(".signature-pad[hidden]").forEach((pad) => pad.removeAttribute("hidden"));
}

document.addEventListener("pointerdown", begin);
document.addEventListener("pointermove", draw);
document.addEventListener("pointerup", end);
document.addEventListener("pointercancel", end);
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
    if (!canvas?.dataset.drawn || box.files.length) return;
    const holder = new DataTransfer();
    holder.items.add(picture(canvas));
    box.files = holder.files;
  },
  true,
);
new MutationObserver(show).observe(document.body, { childList: true, subtree: true });
show();
