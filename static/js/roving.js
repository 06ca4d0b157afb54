/* Boxes of a drawing by keyboard: one stop of the Tab key for all of them, arrows from box to box as they lie. */

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function middle(box) {
  const { left, top, width, height } = box.getBoundingClientRect();
  return [left + width / 2, top + height / 2];
}

/** The nearest box in a direction: how far ahead it lies, and three times how far aside. */
function next(boxes, from, [right, down]) {
  const [x, y] = middle(from);
  const ahead = boxes
    .map((box) => {
      const [left, top] = middle(box);
      const forward = (left - x) * right + (top - y) * down;
      const aside = Math.abs((left - x) * down) + Math.abs((top - y) * right);
      return { box, forward, cost: forward + aside * 3 };
    })
    .filter(({ forward }) => forward > 1);
  return ahead.sort((one, other) => one.cost - other.cost)[0]?.box;
}

/** Make the boxes inside of `drawing` one stop. */
export function rove(drawing, selector) {
  const boxes = [...drawing.querySelectorAll(selector)];
  const stop = (chosen) => boxes.forEach((box) => box.setAttribute("tabindex", box === chosen ? "0" : "-1"));
  stop(boxes[0]);
  drawing.addEventListener("focusin", (event) => {
    const box = event.target.closest(selector);
    if (box) stop(box);
  });
  drawing.addEventListener("keydown", (event) => {
    const box = event.target.closest(selector);
    if (!box || event.ctrlKey || event.metaKey || event.altKey) return;
    const edge = { Home: boxes[0], End: boxes[boxes.length - 1] }[event.key];
    if (!edge && !STEPS[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    (edge ?? next(boxes, box, STEPS[event.key]))?.focus();
  });
}
