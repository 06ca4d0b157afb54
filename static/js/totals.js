/* Adds up the columns of a table of amounts while it is filled in, in figures and in words. */

import { inCapitals, inFigures, toFen } from "./money.js";

function add(table) {
  for (const place of table.querySelectorAll("[data-total-of]")) {
    const boxes = [...table.querySelectorAll(`tbody td:nth-of-type(${place.dataset.totalOf}) input`)];
    const fen = boxes.reduce((sum, box) => sum + (toFen(box.value, "wan") ?? 0n), 0n);
    place.textContent = `${inFigures(fen)} 元（${inCapitals(fen)}）`;
  }
}

document.addEventListener("input", (event) => {
  const table = event.target.closest?.("table");
  if (table?.querySelector("[data-total-of]")) add(table);
});
document.querySelectorAll("table:has([data-total-of])").forEach(add);
