// Charts of a page: the server sends the numbers as JSON, here they get the page's colours and are drawn by plotly.js.
// The bundle is fetched once the page has been painted; the charts follow the colour scheme.

const AXIS_ROOM = { l: 44, r: 8, t: 12, b: 26 };
const plots = document.querySelectorAll("[data-chart]");

// plotly.js reads rgb only, and our colours are oklch, light-dark() and relative: a canvas tells what they come to.
const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
const probe = document.body.appendChild(document.createElement("i"));
probe.hidden = true;

const colour = (name) => {
  probe.style.color = `var(${name})`;
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = getComputedStyle(probe).color;
  canvas.fillRect(0, 0, 1, 1);
  const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
  return `rgb(${red},${green},${blue})`;
};

const line = (series, labels) => ({
  type: "scatter",
  mode: "lines",
  x: labels,
  y: series.y,
  text: series.text,
  hovertemplate: "%{text}<extra></extra>",
  line: { color: colour(series.colour), width: series.kind === "dotted" ? 1.5 : 2, dash: series.kind === "dotted" ? "dot" : "solid" },
});

const bar = (series, labels) => ({
  type: "bar",
  x: labels,
  y: series.y,
  text: series.text,
  textposition: "none",
  hovertemplate: "%{text}<extra></extra>",
  marker: { color: colour(series.colour), cornerradius: 2, line: { width: 0 } },
});

const highest = (drawing) => Math.max(...drawing.series.flatMap((series) => series.y));

const layout = (drawing, family) => ({
  paper_bgcolor: "rgba(0,0,0,0)",
  plot_bgcolor: "rgba(0,0,0,0)",
  font: { family, size: 12, color: colour("--ink-3") },
  margin: AXIS_ROOM,
  showlegend: false,
  separators: drawing.separators,
  hovermode: "x unified",
  hoverlabel: { bgcolor: colour("--ink"), bordercolor: colour("--ink"), font: { family, size: 12, color: colour("--paper") } },
  bargap: 0.35,
  xaxis: {
    type: "category",
    tickmode: "array",
    tickvals: drawing.ticks,
    ticktext: drawing.tickTexts,
    tickangle: 0,
    showgrid: false,
    ticks: "",
    ticklabelstandoff: 6,
    fixedrange: true,
    unifiedhovertitle: { text: "%{x}" },
    showspikes: true,
    spikemode: "across",
    spikethickness: 1,
    spikedash: "dot",
    spikecolor: colour("--line-strong"),
  },
  yaxis: {
    rangemode: "tozero",
    nticks: 5,
    tickformat: highest(drawing) < 10000 ? ",~f" : "~s",
    ticklabelstandoff: 8,
    gridcolor: colour("--chart-grid"),
    zerolinecolor: colour("--line-strong"),
    ticks: "",
    fixedrange: true,
  },
});

const draw = () => {
  const family = getComputedStyle(document.body).fontFamily;
  for (const plot of plots) {
    const drawing = JSON.parse(document.getElementById(plot.dataset.chart).textContent);
    const traces = drawing.series.map((series) => (series.kind === "bar" ? bar : line)(series, drawing.labels));
    globalThis.Plotly.react(plot, traces, layout(drawing, family), { displayModeBar: false, responsive: true });
  }
};

const load = () => {
  const script = document.createElement("script");
  script.src = document.querySelector("meta[name=plotly-bundle]").content;
  script.addEventListener("load", () => {
    draw();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
  });
  document.head.append(script);
};

if (plots.length) requestAnimationFrame(() => setTimeout(load));
