/* The scoring sheet while it is filled in: the sum of the points, and how long each comment is. */

/** What counts: a number within the full mark; anything else is refused by the server and not added. */
function points(box) {
  const given = Number(box.value.replace(/\s/g, ""));
  return given >= 0 && given <= Number(box.dataset.full) ? given : 0;
}

function total(sheet) {
  const cents = [...sheet.querySelectorAll("[data-points]")].reduce((sum, box) => sum + Math.round(points(box) * 100), 0);
  sheet.querySelector("[data-total]").textContent = (cents / 100).toFixed(2);
}

function count(box) {
  const place = box.form.querySelector(`output[data-count][for="${box.id}"]`);
  if (!place) return;
  const written = [...box.value.trim()].length;
  const least = Number(box.dataset.least);
  place.textContent = `已写 ${written} 字，不少于 ${least} 字`;
  place.dataset.state = written >= least ? "enough" : "short";
}

document.querySelectorAll("form[data-sheet]").forEach((sheet) => {
  const refresh = () => {
    total(sheet);
    sheet.querySelectorAll("[data-least]").forEach(count);
  };
  sheet.addEventListener("input", refresh);
  refresh();
});
