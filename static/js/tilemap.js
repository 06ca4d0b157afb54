/* The tile map by keyboard: one stop of the Tab key, arrows from tile to tile. On the page of the map a slider goes
   through the years, and the map changes in place. Without this module every tile is a stop, and the form a form. */

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const placeOf = (tile) => [Number(tile.dataset.column), Number(tile.dataset.row)];

/** The nearest tile in a direction: first by how far ahead, then by how far aside. */
function next(tiles, from, [right, down]) {
  const [column, row] = placeOf(from);
  const ahead = tiles
    .map((tile) => {
      const [x, y] = placeOf(tile);
      const forward = (x - column) * right + (y - row) * down;
      const aside = Math.abs((x - column) * down) + Math.abs((y - row) * right);
      return { tile, forward, cost: forward + aside * 3 };
    })
    .filter(({ forward }) => forward > 0);
  return ahead.sort((one, other) => one.cost - other.cost)[0]?.tile;
}

function prepare(map) {
  const tiles = [...map.querySelectorAll(".tile")];
  const stop = (chosen) => tiles.forEach((tile) => tile.setAttribute("tabindex", tile === chosen ? "0" : "-1"));
  stop(tiles[0]);
  map.addEventListener("focusin", (event) => {
    const tile = event.target.closest(".tile");
    if (tile) stop(tile);
  });
  map.addEventListener("keydown", (event) => {
    const tile = event.target.closest(".tile");
    if (!tile || event.ctrlKey || event.metaKey || event.altKey) return;
    const edge = { Home: tiles[0], End: tiles[tiles.length - 1] }[event.key];
    const found = edge ?? (STEPS[event.key] && next(tiles, tile, STEPS[event.key]));
    if (!found && !STEPS[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    found?.focus();
  });
}

document.querySelectorAll("[data-tilemap]").forEach(prepare);

const form = document.querySelector("[data-map-form]");

/** The map of what the form asks for, in place of the one that is shown; by loading the page where that fails. */
async function show() {
  const asked = `${form.action}?${new URLSearchParams(new FormData(form))}`;
  const answer = await fetch(asked).catch(() => null);
  const text = answer?.ok && !answer.redirected ? await answer.text() : "";
  const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-map-part]");
  if (!fresh) {
    location.assign(asked);
    return;
  }
  document.querySelector("[data-map-part]").replaceWith(document.adoptNode(fresh));
  document.querySelectorAll("[data-tilemap]").forEach(prepare);
  history.replaceState(null, "", asked);
}

if (form) {
  const place = form.querySelector("[data-map-slider]");
  const select = form.elements.year;
  const years = ["", ...place.dataset.years.split(",")];
  const slider = Object.assign(document.createElement("input"), {
    type: "range",
    min: 0,
    max: years.length - 1,
    step: 1,
    value: Math.max(0, years.indexOf(select.value)),
  });
  const said = () => {
    slider.setAttribute("aria-valuetext", select.selectedOptions[0].text);
  };
  slider.setAttribute("aria-label", "按年度浏览");
  slider.addEventListener("input", () => {
    select.value = years[slider.value];
    said();
  });
  slider.addEventListener("change", show);
  form.addEventListener("change", (event) => {
    if (event.target.tagName !== "SELECT") return;
    slider.value = Math.max(0, years.indexOf(select.value));
    said();
    show();
  });
  said();
  place.append(slider);
  place.hidden = years.length < 3;
}
