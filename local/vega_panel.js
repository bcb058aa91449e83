// What OpenSearch Dashboards does with a Vega panel: src/plugins/vis_type_vega/public of its repository,
// data_model/vega_parser.ts and vega_view/.
async (given) => {
  const { spec, answer, dataSets, width, height, theme } = JSON.parse(given);
  const trouble = [];
  window.filters = [];
  vega.expressionFunction("opensearchDashboardsAddFilter", (...args) => {
    window.filters.push(args);
  });

  for (const data of spec.data) {
    if (data.url) {
      delete data.url;
      data.values = answer;
    }
  }
  Object.assign(spec, { width, height });
  spec.autosize = { type: "fit", contains: "padding", ...spec.autosize };
  const text = theme === "dark" ? ["#F5F7FA", "#98A2B3"] : ["#343741", "#69707D"];
  const color = "#54B399";
  spec.config = {
    background: "transparent",
    path: { stroke: color },
    rect: { fill: color },
    symbol: { fill: color },
    style: { "guide-title": { fill: text[0] }, "guide-label": { fill: text[1] } },
    ...spec.config,
  };
  document.body.style.background = theme === "dark" ? "#1D1E24" : "#FFFFFF";

  // By an interpreter, since the content security policy of Dashboards forbids eval.
  const runtime = vega.parse(spec, null, { ast: true });
  const view = new vega.View(runtime, { expr: vega.expressionInterpreter, logLevel: vega.Warn, renderer: "svg" });
  view.warn = view.error = (...args) => trouble.push(args.map(String).join(" "));
  view.initialize(document.querySelector("#view")).hover();
  await view.runAsync();

  const rows = (name, fields) =>
    view.data(name).map((row) => Object.fromEntries(fields.map((field) => [field, row[field]])));
  const drawn = Object.entries(dataSets).map(([name, fields]) => [name, rows(name, fields)]);
  return { trouble, ...Object.fromEntries(drawn) };
};
