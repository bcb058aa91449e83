// The page around the rows, and what a person does with it.
const PORTION = 30;
let matching = [];
let shown = 0;

const watch = new IntersectionObserver(
  (entries) => {
    if (shown < matching.length && entries.some((entry) => entry.isIntersecting)) grow(PORTION);
  },
  { rootMargin: '800px' },
);

function grow(portion) {
  const next = matching.slice(shown, shown + portion);
  byId('rows').append(...next.flatMap(rowsOf));
  shown += next.length;
  byId('all-rows').hidden = shown >= matching.length;
  // It reports only what changes: watched anew, it reports again where the portion didn't fill the window.
  watch.unobserve(byId('more'));
  watch.observe(byId('more'));
}

function explainEmpty() {
  if (page.groups.length) return 'No security group matches. Change the search, or show all groups.';
  if (page.vpcs.length || !page.has_traffic) return 'The inventory has no security group.';
  return 'No inventory yet: the first pass comes within a minute of the deployment, and this page is made anew with it.';
}

function show() {
  const selected = select();
  ({ matching } = selected);
  shown = 0;
  byId('rows').replaceChildren();
  grow(PORTION);
  byId('groups').hidden = !matching.length;
  byId('empty').hidden = matching.length > 0;
  byId('empty').textContent = explainEmpty();
  byId('count').textContent = `${count(matching.length)} of ${plural(page.groups.length, 'group', 'groups')}`;
  for (const [key, number] of selected.counts) byId(`count-${key}`).textContent = count(number);
  markSorted();
}

function markSorted() {
  for (const heading of byId('columns').children) {
    if (heading.className === view.sort) heading.setAttribute('aria-sort', view.order);
    else heading.removeAttribute('aria-sort');
  }
  byId('sort').value = view.sort;
  byId('order').textContent = view.order === 'ascending' ? '↑' : '↓';
  byId('order').setAttribute('aria-label', `Order: ${view.order}`);
}

function change(changes) {
  Object.assign(view, changes);
  writeViewSoon();
  show();
}

function restore() {
  readView();
  byId('search').value = view.q;
  byId('vpc').value = view.vpc;
  byId(`show-${view.show}`).checked = true;
  show();
}

// --- the frame: drawn once

function drawHeading({ key, text, value }) {
  const heading = make('th', { role: 'columnheader', scope: 'col', class: key }, value ? undefined : text);
  if (value) {
    const button = make('button', { type: 'button' }, text);
    button.addEventListener('click', () => {
      sortBy(key);
      change({});
    });
    heading.append(button);
  }
  return heading;
}

function drawKind({ key, text }) {
  const input = make('input', { type: 'radio', name: 'show', value: key, id: `show-${key}` });
  input.addEventListener('change', () => change({ show: key }));
  return make('label', {}, input, `${text} `, make('span', { id: `count-${key}` }));
}

function listTrafficTotals() {
  return [
    ['With traffic', page.groups.filter((group) => group.records).length],
    ['Records in 7 days', page.records],
    ['Attributed to rules', page.attributed],
    ['Unattributed', page.unattributed],
  ];
}

function drawTotals() {
  const totals = [
    ['Security groups', page.groups.length],
    ['Interfaces', page.interfaces.length],
    ...(page.has_traffic ? listTrafficTotals() : []),
    ...(page.has_verdicts ? listVerdictTotals() : []),
  ];
  byId('totals').append(
    ...totals.map(([text, value]) => make('div', {}, make('dt', {}, text), make('dd', {}, count(value)))),
  );
}

function describeSources() {
  const period = page.has_traffic ? `; flow records from ${utc(page.start)} to ${utc(page.end)}` : '';
  if (!page.vpcs.length) return `No inventory yet${period}`;
  const latest = page.vpcs.map((vpc) => vpc.observed_at).reduce((a, b) => Math.max(a, b));
  return `Inventory of ${plural(page.vpcs.length, 'VPC', 'VPCs')}, last changed ${utc(latest)}${period}`;
}

function drawVpc({ vpc_id: id, observed_at: at }) {
  const groups = judged.filter((group) => group.vpc_id === id);
  const reports = groups.length ? ['; ', ...describeReports(groups)] : [];
  return make('li', {}, make('span', { class: 'id' }, id), ' last changed ', moment(at), ' · ', elapsed(at), ...reports);
}

function drawSources() {
  byId('made').append('Made ', moment(page.made_at), ' · ', elapsed(page.made_at));
  if (judged.length) byId('reports').append(...describeReports(judged));
  byId('sources-title').textContent = describeSources();
  byId('vpcs').append(...page.vpcs.map(drawVpc));
}

function drawAttribution() {
  if (!page.has_traffic) return;
  const reasons = listReasons(page);
  byId('attribution').hidden = !page.records;
  byId('attribution-title').textContent = sumUp(page) + (reasons && `; not attributed: ${reasons}`);
  byId('attribution').append(drawOutcomes(page));
}

function addOptions(id, options) {
  byId(id).append(...options.map(([value, text]) => make('option', { value }, text)));
}

function drawFrame() {
  for (const element of document.querySelectorAll('[data-needs]')) {
    if (!page[element.dataset.needs]) element.remove();
  }
  for (const kind of ['has_traffic', 'has_verdicts']) document.body.classList.toggle(kind, page[kind]);
  byId('columns').append(...COLUMNS.map(drawHeading));
  byId('shows').append(...KINDS.map(drawKind));
  addOptions('vpc', [['', 'All VPCs'], ...VPC_IDS.map((id) => [id, id])]);
  addOptions('sort', SORTED.map(({ key, text }) => [key, text]));
  byId('toolbar').hidden = !page.groups.length;
  drawTotals();
  drawSources();
  drawAttribution();
}

// --- what a person does

function onKey(event) {
  const search = byId('search');
  const isTyping = event.target.matches('input:not([type="radio"]), select');
  if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    search.focus();
    search.select();
  } else if (event.key === 'Escape' && event.target === search) {
    search.value = '';
    change({ q: '' });
  }
}

function listen() {
  byId('toolbar').addEventListener('submit', (event) => event.preventDefault());
  byId('search').addEventListener('input', (event) => change({ q: event.target.value }));
  byId('vpc').addEventListener('change', (event) => change({ vpc: event.target.value }));
  byId('sort').addEventListener('change', (event) => {
    sortBy(event.target.value);
    change({});
  });
  byId('order').addEventListener('click', () => {
    sortBy(view.sort);
    change({});
  });
  byId('skip').addEventListener('click', (event) => {
    // The address holds the view, so it can't hold a place on the page as well.
    event.preventDefault();
    byId('groups').focus();
  });
  byId('all-rows').addEventListener('click', () => grow(matching.length));
  document.addEventListener('keydown', onKey);
  addEventListener('hashchange', restore);
  addEventListener('beforeprint', () => {
    byId('sources').open = true;
    byId('attribution').open = true;
    grow(matching.length);
  });
}

drawFrame();
listen();
restore();
