// Reads what a link holds as OpenSearch Dashboards does: one JSON request a line, one JSON answer a line.
// https://github.com/opensearch-project/OpenSearch-Dashboards/blob/main/src/plugins/opensearch_dashboards_utils/public/state_management/url/parse.ts
const legacyUrl = require('url');
const rison = require(process.argv[2]);

// rison-node reports an error on the console, too; standard output is for answers alone.
console.log = () => {};

function openLink(href) {
  const browsed = new URL(href);
  const route = legacyUrl.parse(browsed.hash.slice(1), true);
  const { _g, _a, ...others } = route.query;
  return {
    page: browsed.origin + browsed.pathname + browsed.search,
    view: decodeURIComponent(route.pathname),
    global_state: rison.decode(_g),
    app_state: rison.decode(_a),
    others,
  };
}

const actions = { decode: rison.decode, open: openLink };
require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { action, text } = JSON.parse(line);
  let answer;
  try {
    answer = { value: actions[action](text) };
  } catch (error) {
    answer = { error: String(error) };
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
});
