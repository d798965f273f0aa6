// The slider under the picture of who was contacted: without this script the picture shows everyone.
"use strict";

for (const slider of document.querySelectorAll("#upto")) {
  const figure = slider.closest("figure"), days = slider.dataset.days.split(" ");
  const nodes = figure.querySelectorAll("[data-from]"), output = figure.querySelector("output");
  const english = document.documentElement.lang === "en";
  const show = () => {
    const step = Number(slider.value);
    let people = 0;
    for (const node of nodes) {
      const seen = Number(node.dataset.from) <= step;
      node.toggleAttribute("hidden", !seen);
      if (seen && node.querySelector("text")) people += 1;
    }
    output.value = english ? `${days[step]}: ${people} people` : `${days[step]}：${people} 人`;
    slider.setAttribute("aria-valuetext", output.value);
  };
  slider.closest("p").hidden = false;
  slider.addEventListener("input", show);
  show();
}
