/* The tile map by keyboard: one stop of the Tab key, arrows from tile to tile. On the page of the map a slider goes
   through the years, and the map changes in place. Without this module every tile is a stop, and the form a form. */

import { rove } from "./roving.js";

const prepare = (map) => rove(map, ".tile");

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
  settle();
}

/** What is not counted by years asks for none. */
function settle() {
  const idle = document.querySelector("[data-map-part]").dataset.byYear === "no";
  const slider = form.querySelector("input[type=range]");
  for (const box of [form.elements.year, slider]) box.disabled = idle;
  slider.parentElement.hidden = idle || slider.max < 2;
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
  settle();
}
