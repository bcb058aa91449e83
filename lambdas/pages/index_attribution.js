// How many records were attributed to rules, and how many not and why: of a group, or of all interfaces.
const OUTCOMES = [
  { key: 'sole', text: 'One rule', why: 'The only one that permits the connection.' },
  { key: 'shared', text: 'Several rules', why: 'Each of them permits the connection.' },
  {
    key: 'possible',
    text: 'Possibly a rule',
    why: 'What decides is not in the record: an ICMP type, the members of another VPC’s or account’s group, who began.',
  },
  {
    key: 'no_rule',
    text: 'No rule',
    why: 'Of a rule since removed, or of a tracked connection that outlived its rule.',
    brief: 'by no rule in force',
  },
  {
    key: 'no_inventory',
    text: 'Unknown interface',
    why: 'It came and went between two looks at the VPC, or is from before the first one. In no group below.',
    brief: 'of unknown interfaces',
  },
  {
    key: 'not_filtered',
    text: 'Interface without groups',
    why: 'Of a NAT gateway, a transit gateway or a Gateway Load Balancer endpoint: no rule filters it.',
    brief: 'of interfaces without groups',
  },
  {
    key: 'undecided',
    text: 'Not looked at',
    why: 'Indexed by an earlier version of SG Lens, or of a format without an action.',
    brief: 'not looked at',
  },
  { key: 'rejected', text: 'Rejected', why: 'By the security groups or a network ACL.' },
  {
    key: 'unknown_initiator',
    text: 'Not known who began',
    why: 'Counted above too, rejected ones as well. They have no direction: Ingress leaves them out.',
  },
];

function addUp(counts) {
  counts.accepted = counts.records - counts.rejected;
  counts.attributed = counts.sole + counts.shared + counts.possible;
  counts.unattributed = counts.accepted - counts.attributed;
  counts.undecided =
    counts.unattributed - counts.no_rule - (counts.no_inventory ?? 0) - (counts.not_filtered ?? 0);
}

function sumUp(counts) {
  if (!counts.accepted) return `${plural(counts.records, 'record', 'records')}, none accepted`;
  const parts = [counts.attributed, counts.accepted].map(count).join(' of ');
  return `${parts} accepted records (${share(counts.attributed, counts.accepted)}) attributed to rules`;
}

function listReasons(counts) {
  const reasons = OUTCOMES.filter(({ key, brief }) => brief && counts[key]);
  return reasons.map(({ key, brief }) => `${count(counts[key])} ${brief}`).join(', ');
}

function drawOutcomes(counts) {
  const outcome = ({ key, text, why }) =>
    make('div', { 'data-outcome': key }, make('dt', {}, text), make('dd', {}, count(counts[key]), small(why)));
  return make('dl', { class: 'outcomes' }, ...OUTCOMES.filter(({ key }) => counts[key]).map(outcome));
}

if (page.has_traffic) [page, ...page.groups].forEach(addUp);
