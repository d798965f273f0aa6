// The staircase of a loan: without this script the table behind it says the same.
"use strict";

function drawStairs(element, pick) {
  const data = JSON.parse(element.dataset.stairs);
  const chart = echarts.getInstanceByDom(element) || echarts.init(element, null, { renderer: "canvas", devicePixelRatio: Math.max(2, devicePixelRatio) });
  const text = { color: pick("--ink-soft"), fontFamily: "inherit", fontSize: 13 };
  const wide = element.clientWidth > 560;
  const last = [data.received, data.paid, data.due].flat().map((p) => p[0]).concat(data.as_of).sort().at(-1);
  const spread = (steps, until) => steps.length ? [[steps[0][0], 0], ...steps, [until, steps.at(-1)[1]]] : [];
  const line = (name, steps, until, colour, type, symbol) => ({
    name: element.dataset[name], type: "line", step: "end", data: spread(steps, until), symbol, symbolSize: 7,
    showSymbol: steps.length <= 40, lineStyle: { color: pick(colour), width: 2, type }, itemStyle: { color: pick(colour) },
  });
  const series = [
    line("received", data.received, data.as_of, "--accent", "solid", "rect"),
    line("paid", data.paid, data.as_of, "--ink", "solid", "circle"),
    line("due", data.due, last, "--ink-soft", "dashed", "none"),
  ].filter((one) => one.data.length);
  if (data.claimed !== null) series.push({
    name: element.dataset.claimed, type: "scatter", data: [[data.as_of, data.claimed]], symbol: "diamond", symbolSize: 14, z: 3,
    itemStyle: { color: pick("--likely") }, label: { show: true, formatter: (p) => p.value[1].toLocaleString("zh-CN", { minimumFractionDigits: 2 }), position: "left", backgroundColor: pick("--sheet"), padding: [2, 4], ...text },
  });
  chart.setOption({
    animation: false, textStyle: text, grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
    legend: { top: 0, left: 0, textStyle: { ...text, fontSize: 13 }, itemWidth: 26, data: series.map((one) => one.name) },
    tooltip: { trigger: "axis", renderMode: "richText", backgroundColor: pick("--sheet"), borderColor: pick("--line-strong"), textStyle: { color: pick("--ink") }, valueFormatter: (v) => Number(v).toLocaleString("zh-CN", { minimumFractionDigits: 2 }) },
    xAxis: { type: "time", axisLabel: { ...text, hideOverlap: true, formatter: "{yyyy}-{MM}" }, axisLine: { lineStyle: { color: pick("--line-strong") } }, splitNumber: wide ? 6 : 3 },
    yAxis: { type: "value", axisLabel: { ...text, formatter: (v) => v >= 10000 ? `${v / 10000} 万` : v }, splitLine: { lineStyle: { color: pick("--line") } } },
    series,
  }, true);
  return chart;
}

addEventListener("load", () => {
  const all = [...document.querySelectorAll("[data-stairs]")];
  if (typeof echarts === "undefined") { for (const one of all) one.hidden = true; return; }
  const draw = () => all.map((one) => drawStairs(one, colour));
  draw();
  addEventListener("resize", () => { for (const one of all) { echarts.getInstanceByDom(one).resize(); drawStairs(one, colour); } });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ["data-theme", "data-size"] });
  addEventListener("beforeprint", () => all.forEach((one) => drawStairs(one, onPaper)));
  addEventListener("afterprint", draw);
});
