/* The picture of a chain: larger, smaller, as wide as the page; moved by hand, by the wheel with Ctrl, by keyboard.
   Without this module it is a picture in a box that scrolls, and the list below says the same. */

import { rove } from "./roving.js";

const RANGE = [0.3, 2.5];
const STEP = 1.25;

for (const part of document.querySelectorAll("[data-picture]")) {
  const room = part.querySelector(".picture__room");
  const drawing = part.querySelector(".picture__drawing");
  const { width, height } = drawing.viewBox.baseVal;
  let scale = 1;

  /** Draw at another size and keep what lies under (x, y) of the room where it is. */
  const zoom = (to, x = room.clientWidth / 2, y = room.clientHeight / 2) => {
    const wanted = Math.min(RANGE[1], Math.max(RANGE[0], to));
    const [left, top] = [(room.scrollLeft + x) / scale, (room.scrollTop + y) / scale];
    scale = wanted;
    drawing.setAttribute("width", width * scale);
    drawing.setAttribute("height", height * scale);
    room.scrollTo(left * scale - x, top * scale - y);
  };
  const acts = {
    in: () => zoom(scale * STEP),
    out: () => zoom(scale / STEP),
    fit: () => zoom((room.clientWidth - 24) / width),
  };

  part.querySelector(".picture__tools").hidden = false;
  for (const button of part.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", acts[button.dataset.zoom]);
  }
  room.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const { left, top } = room.getBoundingClientRect();
      zoom(scale * (event.deltaY < 0 ? 1.1 : 1 / 1.1), event.clientX - left, event.clientY - top);
    },
    { passive: false },
  );
  room.addEventListener("keydown", (event) => {
    const act = { "+": acts.in, "=": acts.in, "-": acts.out, 0: acts.fit }[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });

  // By hand: a drag moves the picture, a press that does not move opens the box.
  let held = null;
  room.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "mouse" || event.button !== 0) return;
    held = { x: event.clientX, y: event.clientY, left: room.scrollLeft, top: room.scrollTop, moved: false };
  });
  addEventListener("pointermove", (event) => {
    if (!held) return;
    const [right, down] = [event.clientX - held.x, event.clientY - held.y];
    held.moved ||= Math.abs(right) + Math.abs(down) > 5;
    if (!held.moved) return;
    room.classList.add("picture__room--held");
    room.scrollTo(held.left - right, held.top - down);
  });
  addEventListener("pointerup", () => {
    room.classList.remove("picture__room--held");
    const dragged = held?.moved;
    held = null;
    if (dragged) addEventListener("click", (event) => event.preventDefault(), { capture: true, once: true });
  });
  room.addEventListener("dragstart", (event) => event.preventDefault());

  rove(drawing, ".box");
  addEventListener("beforeprint", () => document.querySelector(".picture-list").setAttribute("open", ""));
  // On a phone the list is the better half.
  const list = document.querySelector(".picture-list");
  if (list && matchMedia("(max-width: 40rem)").matches) list.open = true;
}
