// Which groups are shown and in which order, kept in the address so that a view can be passed on.
const isGone = (group) => group.gone_at !== null;
const isNowhere = (group) => group.is_known && !isGone(group) && !group.members.length;

function prepare(group) {
  group.members = group.interfaces.map((index) => page.interfaces[index]);
  group.instances = new Set(group.members.map((each) => each.instance_id).filter(Boolean)).size;
  const texts = [group.group_id, group.group_name, group.description, group.vpc_id];
  for (const each of group.members) {
    texts.push(each.interface_id, each.name, each.instance_id ?? '', each.owner, ...each.addrs);
  }
  group.text = texts.join('\n').toLowerCase();
}

const { compare } = new Intl.Collator('en', { numeric: true });

function rankByName() {
  const called = (group) => group.group_name || group.group_id;
  const sorted = [...page.groups].sort((a, b) => compare(called(a), called(b)));
  sorted.forEach((group, rank) => {
    group.rank = rank;
  });
}

// `needs` names what the page must have been made with.
const isThere = ({ needs }) => !needs || page[needs];

const KINDS = [
  { key: 'all', text: 'All', has: () => true },
  { key: 'narrow', text: 'To narrow', has: isToNarrow, needs: 'has_verdicts' },
  { key: 'traffic', text: 'With traffic', has: (group) => group.records > 0, needs: 'has_traffic' },
  { key: 'quiet', text: 'Without traffic', has: (group) => group.records === 0, needs: 'has_traffic' },
  { key: 'rejects', text: 'With rejects', has: (group) => group.rejected > 0, needs: 'has_traffic' },
  { key: 'unattributed', text: 'With unattributed', has: (group) => group.unattributed > 0, needs: 'has_traffic' },
  { key: 'no_interface', text: 'No interface', has: isNowhere },
  { key: 'unattached', text: 'Unattached', has: isUnattached, needs: 'has_verdicts' },
  { key: 'gone', text: 'Gone or not known', has: (group) => isGone(group) || !group.is_known },
].filter(isThere);

// `value` is what a column is sorted by, `first` the direction of its first click. Groups with null come last.
const COLUMNS = [
  { key: 'group_name', text: 'Security group', value: (group) => group.rank, first: 'ascending' },
  { key: 'interfaces', text: 'Interfaces', value: (group) => group.members.length },
  { key: 'rules', text: 'Rules', value: (group) => group.ingress_rules + group.egress_rules },
  { key: 'verdicts', text: 'Verdicts', needs: 'has_verdicts' },
  { key: 'worth', text: 'Worth doing', value: (group) => group.summary?.worth ?? null, needs: 'has_verdicts' },
  {
    key: 'score',
    text: 'Score',
    value: (group) => group.summary?.score ?? null,
    first: 'ascending',
    needs: 'has_verdicts',
  },
  { key: 'bars', text: 'Last 7 days', needs: 'has_traffic' },
  { key: 'records', text: 'Records', value: (group) => group.records, needs: 'has_traffic' },
  { key: 'rejected', text: 'Rejected', value: (group) => group.rejected, needs: 'has_traffic' },
  { key: 'unattributed', text: 'Unattributed', value: (group) => group.unattributed, needs: 'has_traffic' },
  { key: 'bytes', text: 'Bytes', value: (group) => group.bytes, needs: 'has_traffic' },
  { key: 'last_seen', text: 'Last seen (UTC)', value: (group) => group.last_seen ?? 0, needs: 'has_traffic' },
  { key: 'opens', text: 'Open in Dashboards', needs: 'has_dashboards' },
].filter(isThere);
const SORTED = COLUMNS.filter((column) => column.value);
const findByKey = (things, key) => things.find((thing) => thing.key === key);

const VPC_IDS = [...new Set([...page.vpcs, ...page.groups].map((each) => each.vpc_id))].filter(Boolean).sort();
const ORDERS = ['ascending', 'descending'];
// What is worth doing comes first, else the busiest group.
const FIRST = SORTED.find(({ key }) => key === 'worth') ?? SORTED.find(({ key }) => key === 'records') ?? SORTED[0];
const DEFAULTS = { q: '', vpc: '', show: 'all', sort: FIRST.key, order: FIRST.first ?? 'descending' };
const view = { ...DEFAULTS };
let writing;

function readView() {
  clearTimeout(writing);
  const given = new URLSearchParams(location.hash.slice(1));
  for (const key of Object.keys(DEFAULTS)) view[key] = given.get(key) ?? DEFAULTS[key];
  if (!VPC_IDS.includes(view.vpc)) view.vpc = DEFAULTS.vpc;
  if (!findByKey(KINDS, view.show)) view.show = DEFAULTS.show;
  if (!findByKey(SORTED, view.sort)) view.sort = DEFAULTS.sort;
  if (!ORDERS.includes(view.order)) view.order = DEFAULTS.order;
}

function writeView() {
  const changed = Object.entries(view).filter(([key, value]) => value !== DEFAULTS[key]);
  const fragment = new URLSearchParams(changed).toString();
  history.replaceState(null, '', fragment ? `#${fragment}` : location.pathname + location.search);
}

function writeViewSoon() {
  // Browsers refuse an address that changes at every keystroke: Safari lets it change 100 times in 30 s.
  clearTimeout(writing);
  writing = setTimeout(writeView, 200);
}

function sortBy(key) {
  const first = findByKey(SORTED, key).first ?? 'descending';
  const other = first === 'ascending' ? 'descending' : 'ascending';
  view.order = view.sort === key && view.order === first ? other : first;
  view.sort = key;
}

function select() {
  const words = view.q.toLowerCase().split(/\s+/).filter(Boolean);
  const found = page.groups.filter(
    (group) => (!view.vpc || group.vpc_id === view.vpc) && words.every((word) => group.text.includes(word)),
  );
  const counts = new Map(KINDS.map(({ key, has }) => [key, found.filter(has).length]));
  const { value } = findByKey(SORTED, view.sort);
  const sign = view.order === 'ascending' ? 1 : -1;
  const matching = found.filter(findByKey(KINDS, view.show).has);
  const lacks = (group) => Number(value(group) === null);
  matching.sort((a, b) => lacks(a) - lacks(b) || sign * (value(a) - value(b)) || a.rank - b.rank);
  return { matching, counts };
}

page.groups.forEach(prepare);
rankByName();
