// The workbench works without this script; it adds leaving quickly and charts (see going.js for files and progress).
"use strict";

const leave = () => {
  document.body.textContent = "";
  document.title = "";
  history.replaceState(null, "", "/leave"); // neither the address bar nor going back names the page, however late the next one comes
  fetch("/leave", { method: "POST", keepalive: true });
  location.replace("/leave");
};
for (const form of document.querySelectorAll("form[data-leave]")) {
  form.addEventListener("submit", (event) => { event.preventDefault(); leave(); });
}
let escapes = [];
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  escapes = [...escapes, event.timeStamp].slice(-3);
  if (escapes.length === 3 && escapes[2] - escapes[0] < 1500) leave();
});

// what answers a form stands under the form's own address: asked for again, or gone back to, it is that page
if (document.documentElement.dataset.at) history.replaceState(null, "", document.documentElement.dataset.at);

// a page that nobody looks at goes when its case is locked; one that somebody writes on keeps it open
const inCase = (location.pathname.match(/^\/c\/(\d+)\//) || [])[1];
const stillOpen = async (what) => {
  try { if ((await fetch(`/c/${inCase}/${what}`)).status === 403) location.replace("/#locked"); } catch { /* the desk is gone: nothing to lock */ }
};
if (inCase) {
  let told = Date.now();
  setInterval(() => stillOpen("status"), 60_000);
  for (const name of ["input", "pointerdown"]) {
    addEventListener(name, () => { if (Date.now() - told > 120_000) { told = Date.now(); stillOpen("here"); } });
  }
}
// what is pressed twice in impatience is sent once
addEventListener("submit", (event) => {
  const form = event.target, since = event.timeStamp - Number(form.dataset.sentAt || -Infinity);
  if (event.defaultPrevented) return;
  if (since < 10_000) { event.preventDefault(); return; }
  form.dataset.sentAt = event.timeStamp;
  form.setAttribute("aria-busy", "true");
  const wait = document.querySelector(".wait"); // what takes longer than a moment says so
  setTimeout(() => { wait.textContent = wait.dataset.words; }, 1000);
});

// of a page with several forms, what was written in one and not saved is not lost when another is sent or one goes on
const isChanged = (one) => {
  if (one.options) return one.selectedIndex !== Math.max(0, [...one.options].findIndex((option) => option.defaultSelected));
  if (one.type === "checkbox" || one.type === "radio") return one.checked !== one.defaultChecked;
  return one.type !== "hidden" && one.defaultValue !== undefined && one.value !== one.defaultValue;
};
const unsaved = (but) => [...document.querySelectorAll("form[data-card]")].filter((one) => one !== but && [...one.elements].some(isChanged));
const isSaved = async (form) => { // what is saved is answered by going elsewhere; a field that is wrong by the page again
  try { return (await fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" })).type === "opaqueredirect"; } catch { return false; }
};
const saveThen = async (forms, go, pressed) => {
  const refused = [];
  for (const form of forms) if (!await isSaved(form)) refused.push(form);
  if (!refused.length) return go();
  if (pressed) await isSaved(pressed);
  return refused[0].submit(); // its page says what is wrong
};
for (const link of document.querySelectorAll("a[data-next]")) {
  link.addEventListener("click", (event) => {
    if (!unsaved().length) return;
    event.preventDefault();
    saveThen(unsaved(), () => location.assign(link.href));
  });
}
for (const form of document.querySelectorAll("form[data-card]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sentAt || !unsaved(form).length) return;
    event.preventDefault();
    form.dataset.sentAt = event.timeStamp;
    const pressed = event.submitter;
    saveThen(unsaved(form), () => {
      if (pressed && pressed.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: pressed.name, value: pressed.value }));
      form.submit();
    }, form);
  });
}

addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

for (const button of document.querySelectorAll("[data-print]")) button.addEventListener("click", () => print());

// on paper what is folded is open (but lists of what else there is), and is folded again after it
addEventListener("beforeprint", () => {
  for (const one of document.querySelectorAll("details:not([open], .fold, .fold *)")) { one.open = true; one.dataset.printed = ""; }
});
addEventListener("afterprint", () => {
  for (const one of document.querySelectorAll("details[data-printed]")) { one.open = false; delete one.dataset.printed; }
});

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const PAPER = { "--ink": "#000", "--ink-soft": "#222", "--line": "#bbb", "--line-strong": "#555", "--accent": "#000", "--established": "#000", "--likely": "#444", "--judge": "#777", "--unknown": "#999", "--night": "#eee", "--sheet": "#fff" };
const onPaper = (name) => PAPER[name] || colour(name);
const DEGREES = {
  established: { colour: "--established", symbol: "rect" },
  likely: { colour: "--likely", symbol: "circle" },
  to_judge: { colour: "--judge", symbol: "diamond" },
  unknown: { colour: "--unknown", symbol: "triangle" },
  none: { colour: "--ink-soft", symbol: "emptyCircle" },
};

async function drawTimeline(element) {
  if (typeof echarts === "undefined") { element.hidden = true; return; }
  const answer = await fetch(element.dataset.source);
  if (!answer.ok) return;
  const data = await answer.json();
  const chart = echarts.init(element, null, { renderer: "canvas" });
  chart.on("click", (p) => { if (p.data && p.data[3]) location.href = p.data[3]; });
  const draw = (pick) => plotTimeline(chart, data, pick);
  draw(colour);
  addEventListener("resize", () => chart.resize());
  addEventListener("beforeprint", () => draw(onPaper));
  addEventListener("afterprint", () => draw(colour));
}

function plotTimeline(chart, data, pick) {
  const base = { color: pick("--ink-soft"), fontFamily: "inherit" };
  const many = Object.values(data.points).reduce((sum, points) => sum + points.length, 0);
  const room = (chart.getWidth() - 60) * (chart.getHeight() - 56) / Math.max(1, many); // square pixels a mark has
  const size = Math.max(3, Math.min(10, Math.sqrt(room)));
  const series = Object.entries(data.points).map(([degree, points], place) => ({
    type: "scatter", symbol: DEGREES[degree].symbol, symbolSize: size, z: 9 - place, // the gravest on top
    itemStyle: { color: pick(DEGREES[degree].colour), opacity: 0.85 }, data: points, large: points.length > 5000,
    markArea: degree === "none" || degree === data.first ? {
      silent: true, itemStyle: { color: pick("--night"), opacity: 0.8 },
      data: [[{ yAxis: 0 }, { yAxis: 8 }], [{ yAxis: 22 }, { yAxis: 24 }]],
    } : undefined,
  }));
  chart.setOption({
    animation: false, textStyle: base, grid: { left: 48, right: 12, top: 12, bottom: 44 },
    tooltip: { trigger: "item", renderMode: "richText", formatter: (p) => p.data[2], backgroundColor: pick("--sheet"), textStyle: { color: pick("--ink") } },
    xAxis: { type: "category", data: data.days, axisLabel: base, axisLine: { lineStyle: { color: pick("--line-strong") } } },
    yAxis: { type: "value", min: 0, max: 24, interval: 4, inverse: true, axisLabel: { ...base, formatter: (v) => `${v}:00` }, splitLine: { lineStyle: { color: pick("--line") } } },
    series,
  });
}
addEventListener("load", () => {
  for (const element of document.querySelectorAll(".chart[data-source]")) drawTimeline(element);
});
