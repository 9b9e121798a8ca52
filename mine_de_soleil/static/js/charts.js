// Draws every figure[data-chart] with Plotly, in the colours of the reader's theme.
//
// The page is complete without it: title, summary, table and CSV are in the HTML. A figure carries its data in
// its <script type="application/json">, written with the light theme's colours; those are exchanged here.
"use strict";

(() => {
  // Light values as figures write them → the name of the custom property that holds the theme's value.
  const TOKENS = {
    "#16181d": "coal", "#3b4049": "slate", "#faf8f3": "sand", "#f2a900": "sun",
    "#b4472e": "brick", "#2f6f4e": "heap", "#1f5fa8": "sky", "#e4dfd3": "line",
  };
  const FRENCH = document.documentElement.lang === "fr";
  const CONFIG = { displayModeBar: false, responsive: true, scrollZoom: false, showTips: false, locale: FRENCH ? "fr" : "en-US" };
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const phone = window.matchMedia("screen and (max-width: 760px)");
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");

  const channels = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

  function themeColours(light) {
    const style = getComputedStyle(document.documentElement);
    const colours = {};
    for (const [hex, name] of Object.entries(TOKENS)) {
      colours[hex] = light ? hex : style.getPropertyValue(`--chart-${name}`).trim() || hex;
    }
    return colours;
  }

  // The figure's text with each token exchanged, be it #rrggbb, #rrggbbaa or rgba(r, g, b, a).
  function inTheme(text, colours) {
    let themed = text;
    for (const [hex, colour] of Object.entries(colours)) {
      const [r, g, b] = channels(hex);
      themed = themed
        .replace(new RegExp(hex, "gi"), colour)
        .replace(new RegExp(`rgba\\(\\s*${r}\\s*,\\s*${g}\\s*,\\s*${b}\\s*,`, "g"), `rgba(${channels(colour).join(",")},`);
    }
    return themed;
  }

  const isPlain = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

  // What the figure says wins over what the house says.
  function merged(house, figure) {
    const result = { ...house };
    for (const [key, value] of Object.entries(figure || {})) {
      result[key] = isPlain(value) && isPlain(result[key]) ? merged(result[key], value) : value;
    }
    return result;
  }

  function houseLayout(colours, figureLayout) {
    const style = getComputedStyle(document.body);
    const text = colours["#16181d"];
    const axis = {
      automargin: true, fixedrange: true, gridcolor: colours["#e4dfd3"], zerolinecolor: colours["#e4dfd3"],
      linecolor: colours["#3b4049"], tickcolor: colours["#e4dfd3"], tickfont: { color: colours["#3b4049"] },
    };
    const layout = {
      autosize: true,
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: style.fontFamily, size: phone.matches ? 13 : 14, color: text },
      separators: FRENCH ? ",\u202f" : ".,",
      margin: { l: 8, r: 8, t: 8, b: 8, pad: 4 },
      colorway: ["#f2a900", "#1f5fa8", "#2f6f4e", "#b4472e", "#3b4049"].map((hex) => colours[hex]),
      legend: { orientation: "h", x: 0, xanchor: "left", y: 1.02, yanchor: "bottom", itemclick: false, itemdoubleclick: false },
      hovermode: "x unified",
      hoverlabel: { bgcolor: colours["#faf8f3"], bordercolor: colours["#3b4049"], font: { family: style.fontFamily, size: 14, color: text } },
      dragmode: false,
      bargap: 0.25,
      // A label turned on its side is not read: fewer labels on a phone.
      xaxis: { ...axis, showgrid: false, tickangle: 0, nticks: phone.matches ? 5 : 12 },
      yaxis: { ...axis, rangemode: "tozero" },
    };
    for (const key of Object.keys(figureLayout || {})) {
      if (/^[xy]axis\d+$/.test(key)) layout[key] = { ...axis };
    }
    return layout;
  }

  function draw(figure, light) {
    const data = figure.querySelector('script[type="application/json"]');
    const target = figure.querySelector(".plot");
    if (!data || !target) return;
    const colours = themeColours(light);
    const chart = JSON.parse(inTheme(data.textContent, colours));
    const layout = merged(houseLayout(colours, chart.layout), chart.layout);
    delete layout.title; // the caption says it, in text
    delete layout.template;
    delete layout.width;
    if (still.matches) delete layout.transition;
    figure.classList.add("drawing");
    Plotly.react(target, chart.data || [], layout, CONFIG)
      .catch((error) => { console.error(error); target.replaceChildren(); })
      .finally(() => figure.classList.remove("drawing"));
  }

  function drawAll(light = false) {
    document.querySelectorAll("figure[data-chart]").forEach((figure) => draw(figure, light));
  }

  if (typeof Plotly === "undefined") return; // the tables remain
  // Text is measured when drawn, so the font has to be there.
  document.fonts.ready.then(() => drawAll());
  dark.addEventListener("change", () => drawAll());
  phone.addEventListener("change", () => drawAll());
  window.addEventListener("beforeprint", () => drawAll(true));
  window.addEventListener("afterprint", () => drawAll());
  document.addEventListener("htmx:afterSwap", (event) => {
    event.target.querySelectorAll("figure[data-chart]").forEach((figure) => draw(figure, false));
  });
})();
