/* Draws a chart from the table below it. Without this module, and without the library, the table says it all.
   Nothing is animated for whoever asks for that; in high contrast the shapes carry patterns. */

const HEIGHT = { row: 30, rest: 70, least: 260 };
const PICTURE = { width: 1200, ratio: 2 };

const root = getComputedStyle(document.documentElement);
const token = (name) => root.getPropertyValue(name).trim();
const still = () =>
  matchMedia("(prefers-reduced-motion: reduce)").matches || document.documentElement.dataset.motion === "none";

/** What the table says: categories, and of each series its figures with the addresses of their rows. */
function read(figure) {
  const table = figure.querySelector("table");
  const heads = [...table.querySelectorAll("thead th")].slice(1);
  const rows = [...table.querySelectorAll("tbody tr")].filter((row) => row.querySelector("td[data-value]"));
  return {
    kind: figure.dataset.chart,
    unit: figure.dataset.unit,
    categories: rows.map((row) => row.querySelector("th").textContent.trim()),
    series: heads.map((head, at) => {
      const cells = rows.map((row) => row.querySelectorAll("td")[at]);
      return {
        label: head.textContent.trim(),
        values: cells.map((cell) => (cell.dataset.value === "" ? null : Number(cell.dataset.value))),
        urls: cells.map((cell) => cell.querySelector("a")?.getAttribute("href") ?? ""),
      };
    }),
  };
}

const sideways = (kind) => kind === "hbar" || kind === "funnel";

function look() {
  const size = Math.round(parseFloat(root.fontSize) * 0.8125);
  return {
    color: [1, 2, 3, 4, 5, 6].map((number) => token(`--chart-${number}`)),
    textStyle: { fontFamily: token("--sans"), fontSize: size, color: token("--ink") },
    size,
  };
}

function axes(data, { size }) {
  const label = { color: token("--ink-soft"), fontSize: size, lineHeight: size * 1.3, hideOverlap: true };
  const names = {
    type: "category",
    data: data.categories,
    inverse: sideways(data.kind),
    axisLabel: sideways(data.kind)
      ? { ...label, hideOverlap: false, width: size * 8, overflow: "break" }
      : { ...label, interval: data.categories.length > 12 ? "auto" : 0, formatter: (name) => name.replace("（", "\n（") },
    axisTick: { show: false },
    axisLine: { show: data.kind !== "funnel", lineStyle: { color: token("--line-strong") } },
  };
  const figures = {
    type: "value",
    minInterval: 1,
    show: data.kind !== "funnel",
    axisLabel: label,
    splitLine: { lineStyle: { color: token("--line") } },
  };
  return sideways(data.kind) ? { xAxis: figures, yAxis: names } : { xAxis: names, yAxis: figures };
}

function drawnSeries(data, { size }) {
  const said = (value) => (value === null || Number.isNaN(value) ? "—" : value.toLocaleString("zh-CN"));
  const one = data.series.length === 1;
  const made = data.series.map((each) => ({
    name: each.label,
    type: data.kind === "line" ? "line" : "bar",
    stack: data.kind === "stacked" ? "all" : undefined,
    data: each.values,
    barMaxWidth: 36,
    symbolSize: 8,
    label: {
      show: one && data.categories.length <= 16,
      position: data.kind === "funnel" ? "inside" : sideways(data.kind) ? "right" : "top",
      color: data.kind === "funnel" ? token("--on-accent") : token("--ink"),
      fontSize: size,
      ...(data.kind === "line" && { textBorderColor: token("--surface"), textBorderWidth: 3 }),
      formatter: ({ value }) => said(value),
    },
    tooltip: { valueFormatter: (value) => `${said(value)} ${data.unit}` },
  }));
  if (data.kind !== "funnel") return made;
  // A bar of its own length in the middle: an unseen one before it takes half of what is missing.
  const most = Math.max(...data.series[0].values.map((value) => value ?? 0));
  const before = data.series[0].values.map((value) => (most - (value ?? 0)) / 2);
  const narrow = { ...made[0], stack: "all", barCategoryGap: "12%", barMaxWidth: undefined };
  narrow.data = data.series[0].values.map((value) =>
    (value ?? 0) < most / 6
      ? { value, label: { position: "right", color: token("--ink") } }
      : value,
  );
  const unseen = { type: "bar", stack: "all", data: before, silent: true, itemStyle: { color: "transparent", decal: { symbol: "none" } } };
  return [{ ...unseen, tooltip: { show: false } }, narrow];
}

/** Everything the library needs to know. `title`: on a picture that is taken along, which stands alone. */
function option(data, { animation, title = "", source = "" } = {}) {
  const style = look();
  const many = data.series.length > 1;
  const top = (title ? style.size * 5 : 0) + (many ? style.size * 3 : style.size * 1.5);
  return {
    animation,
    color: data.kind === "funnel" ? [style.color[0], style.color[0]] : style.color,
    textStyle: style.textStyle,
    backgroundColor: title ? token("--surface") : "transparent",
    title: title && {
      text: title,
      subtext: source,
      left: "center",
      textStyle: { ...style.textStyle, fontSize: style.size * 1.4 },
      subtextStyle: { ...style.textStyle, color: token("--ink-soft") },
    },
    legend: many ? { type: "scroll", top: title ? style.size * 5 : 0, textStyle: style.textStyle } : undefined,
    grid: { left: 8, right: sideways(data.kind) ? 56 : 16, top, bottom: 8, containLabel: true },
    tooltip: {
      renderMode: "richText",
      confine: true,
      trigger: data.kind === "funnel" ? "item" : "axis",
      axisPointer: { type: data.kind === "line" ? "line" : "shadow" },
      backgroundColor: token("--surface"),
      borderColor: token("--line-strong"),
      textStyle: style.textStyle,
      formatter:
        data.kind === "funnel" ? ({ name, value }) => `${name}：${value.toLocaleString("zh-CN")} ${data.unit}` : undefined,
    },
    aria: { enabled: true, label: { enabled: false }, decal: { show: document.documentElement.dataset.contrast === "high" } },
    ...axes(data, style),
    series: drawnSeries(data, style),
  };
}

const heightOf = (data) =>
  sideways(data.kind) ? Math.max(HEIGHT.least, data.categories.length * HEIGHT.row + HEIGHT.rest) : null;

function draw(figure) {
  const box = figure.querySelector(".chart__drawing");
  const data = read(figure);
  box.hidden = false;
  if (heightOf(data)) box.style.height = `${heightOf(data)}px`;
  const chart = window.echarts.init(box, null, { renderer: "canvas" });
  chart.setOption(option(data, { animation: !still() }));
  chart.on("click", ({ seriesName, dataIndex }) => {
    const series = data.kind === "funnel" ? data.series[0] : data.series.find((each) => each.label === seriesName);
    if (series?.urls[dataIndex]) location.assign(series.urls[dataIndex]);
  });
  new ResizeObserver(() => chart.resize()).observe(box);
  figure.querySelector("details").open = false;
  for (const button of figure.querySelectorAll("[data-picture]")) {
    button.hidden = false;
    button.addEventListener("click", () => take(figure, data, button.dataset.picture));
  }
}

/** The picture as a file: drawn anew at a size of its own, with its title and where the figures are from. */
async function take(figure, data, kind) {
  const size = { width: PICTURE.width, height: heightOf(data) ?? PICTURE.width / 2 };
  const { title, source, unit } = figure.dataset;
  const said = option(data, { animation: false, title: `${title}（${unit}）`, source: source && `来源：${source}` });
  const made = kind === "svg" ? asSvg(size, said) : await asPng(size, said);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(made);
  link.download = `${title}.${kind}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

function asSvg(size, said) {
  const chart = window.echarts.init(null, null, { renderer: "svg", ssr: true, ...size });
  chart.setOption(said);
  const text = chart.renderToSVGString();
  chart.dispose();
  return new Blob([text], { type: "image/svg+xml" });
}

async function asPng(size, said) {
  const chart = window.echarts.init(document.createElement("div"), null, { renderer: "canvas", ...size });
  chart.setOption(said);
  const canvas = chart.renderToCanvas({ pixelRatio: PICTURE.ratio, backgroundColor: said.backgroundColor });
  const made = await new Promise((done) => canvas.toBlob(done, "image/png"));
  chart.dispose();
  return made;
}

/** The library, once, and only where a chart comes into sight. */
let library;
function loaded(address) {
  library ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    Object.assign(script, { src: address, onload: done, onerror: failed });
    document.head.append(script);
  });
  return library;
}

const figures = [...document.querySelectorAll("figure[data-chart]")].filter((figure) =>
  figure.querySelector(".chart__drawing"),
);
const nearby = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      nearby.unobserve(target);
      loaded(target.dataset.library).then(() => draw(target), () => {});
    }
  },
  { rootMargin: "200px" },
);

/* On the public site a page is light: the library comes when somebody asks for the drawing, once for all of a page. */
function offer(all) {
  const buttons = all.map((figure) => {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "btn btn-small", textContent: "以图形显示" });
    figure.querySelector(".chart__tools").prepend(button);
    button.addEventListener("click", () => {
      buttons.forEach((each) => each.remove());
      all.forEach((each) => nearby.observe(each));
      figure.setAttribute("tabindex", "-1");
      figure.focus({ preventScroll: true });
    });
    return button;
  });
}

if (document.body.classList.contains("public")) offer(figures);
else figures.forEach((figure) => nearby.observe(figure));

/* On paper the table stands below the drawing, whatever the screen shows. */
const open = new WeakMap();
addEventListener("beforeprint", () => {
  for (const figure of figures) {
    const details = figure.querySelector("details");
    open.set(figure, details.open);
    details.open = true;
  }
});
addEventListener("afterprint", () => {
  for (const figure of figures) {
    figure.querySelector("details").open = open.get(figure) ?? true;
  }
});
