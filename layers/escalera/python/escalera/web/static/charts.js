// Draws every chart of the page: its data stands in <script type="application/json" class="chart-data">, its colours
// in the stylesheet's custom properties. Needs ECharts as `echarts`.
"use strict";

(function () {
  const language = document.documentElement.lang;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  // A page that allows no style within its tags has its charts drawn as pixels, their hints too.
  const strict = document.currentScript.dataset.strict !== undefined;
  const drawn = [];

  function colour(name) {
    return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  }

  function theme() {
    // The family by name: ECharts measures its labels outside the page, where nothing can be inherited.
    const fontFamily = getComputedStyle(document.body).fontFamily;
    const text = { color: colour("quiet"), fontFamily, fontSize: 12 };
    const axis = {
      axisLine: { lineStyle: { color: colour("line") } },
      axisTick: { show: false },
      axisLabel: text,
      nameTextStyle: text,
      splitLine: { lineStyle: { color: colour("line") } },
    };
    return {
      color: [1, 2, 3, 4].map((number) => colour("chart-" + number)),
      textStyle: { fontFamily },
      legend: { textStyle: text, itemWidth: 12, itemHeight: 12, itemGap: 16 },
      tooltip: {
        backgroundColor: colour("card"),
        borderColor: colour("line"),
        textStyle: { color: colour("text"), fontFamily, fontSize: 13 },
        axisPointer: { lineStyle: { color: colour("quiet") } },
      },
      categoryAxis: { ...axis, splitLine: { show: false } },
      valueAxis: { ...axis, axisLine: { show: false } },
      line: { lineStyle: { width: 2.5 }, smooth: false },
    };
  }

  function written(figures) {
    const format = new Intl.NumberFormat(language, { useGrouping: "always", ...figures });
    return (value) => (value === null || value === undefined || value === "-" ? "–" : format.format(value));
  }

  function short(figures) {
    const more = figures.style === "percent" ? {} : { notation: "compact", maximumFractionDigits: 1 };
    return written({ ...figures, ...more });
  }

  // Legends break into rows, and the names of few categories into lines: both need room that depends on the width.
  function fitted(option, width) {
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = "12px " + getComputedStyle(document.body).fontFamily;
    let [rows, used] = [1, 0];
    for (const one of option.series) {
      const entry = pen.measureText(one.name).width + 36; // the square before it, the gap after it
      if (used + entry > width && used > 0) [rows, used] = [rows + 1, 0];
      used += entry;
    }
    if (option.legend.show) option.grid.top += (rows - 1) * 22;
    const names = option.xAxis.data || [];
    if (names.length > 0 && names.length <= 4 && option.xAxis.boundaryGap !== false) {
      option.xAxis.axisLabel = { ...option.xAxis.axisLabel, interval: 0, hideOverlap: false, overflow: "break", width: width / names.length - 24 };
    }
    return option;
  }

  function completed(data) {
    const option = structuredClone(data.option);
    for (const axis of [option.xAxis, option.yAxis]) {
      const formatter = axis.type === "value" ? { formatter: short(data.figures) } : {};
      axis.axisLabel = { hideOverlap: true, ...formatter };
    }
    option.tooltip = { ...option.tooltip, confine: true, renderMode: strict ? "richText" : "html", valueFormatter: written(data.figures) };
    option.animation = !still.matches;
    return option;
  }

  function draw() {
    while (drawn.length) drawn.pop().dispose();
    const colours = theme();
    for (const script of document.querySelectorAll("script.chart-data")) {
      const place = document.getElementById(script.dataset.chart);
      place.style.height = place.dataset.tall + "px";
      const chart = echarts.init(place, colours, { renderer: strict ? "canvas" : "svg" });
      chart.setOption(fitted(completed(JSON.parse(script.textContent)), place.clientWidth));
      drawn.push(chart);
    }
  }

  draw();
  dark.addEventListener("change", draw);
  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    // A phone's address bar comes and goes: only another width is news.
    if (window.innerWidth !== width) {
      width = window.innerWidth;
      draw();
    }
  });
})();
