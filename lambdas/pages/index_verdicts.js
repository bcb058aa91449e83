// What the groups' reports say: verdicts, score, and what is worth doing.
const isToNarrow = (group) => Boolean(group.summary?.changes);
const isUnattached = (group) => isNowhere(group) && group.summary?.attachment === 'unattached';
const judged = page.groups.filter((group) => group.summary);
const summed = (value) => judged.reduce((sum, group) => sum + value(group.summary), 0);

// Relative: the page and the reports lie side by side, in a bucket or in a folder.
const reportOf = (group) => (group.summary ? `groups/${encodeURIComponent(group.group_id)}/index.html` : undefined);

function verdicts(group) {
  if (!group.summary) return cell('verdicts', quiet('no report'));
  const found = VERDICTS.filter(({ key }) => group.summary.verdicts[key]);
  const badges = found.map(({ key, text }) =>
    make('span', { class: `verdict ${key}` }, `${count(group.summary.verdicts[key])} ${text}`),
  );
  return cell('verdicts', found.length ? make('div', { class: 'badges' }, ...badges) : quiet('no rules'));
}

function describeChanges({ changes, revokes }) {
  const parts = [
    [revokes, 'to revoke'],
    [changes - revokes, 'to narrow'],
  ];
  return parts.filter(([number]) => number).map(([number, text]) => `${count(number)} ${text}`).join(', ');
}

function worth(group) {
  if (!group.summary) return cell('worth', quiet('–'));
  if (!group.summary.changes) return cell('worth', quiet('nothing to do'));
  return cell('worth', plural(group.summary.worth, 'bit', 'bits'), small(describeChanges(group.summary)));
}

function score(group) {
  const value = group.summary?.score ?? null;
  if (value === null) return cell('score', quiet('–'));
  const bar = draw(
    'svg',
    { viewBox: '0 0 100 6', preserveAspectRatio: 'none', 'aria-hidden': 'true', focusable: 'false' },
    draw('rect', { class: 'whole', width: 100, height: 6 }),
    draw('rect', { class: 'part', width: value, height: 6 }),
  );
  return cell('score', make('span', { class: 'points' }, String(value)), bar);
}

function listVerdictTotals() {
  const rulesOf = (key) => summed((summary) => summary.verdicts[key] ?? 0);
  return [
    ['Rules with a verdict', summed((summary) => Object.values(summary.verdicts).reduce((a, b) => a + b, 0))],
    ['Unused rules', rulesOf('unused')],
    ['Redundant rules', rulesOf('redundant')],
    ['Too wide rules', rulesOf('too_wide')],
    ['Rules to revoke', summed((summary) => summary.revokes)],
    ['Rules to narrow', summed((summary) => summary.changes - summary.revokes)],
  ];
}

// They may be of different ages: the one that says most is the oldest.
function describeReports(groups) {
  const made = groups.map((group) => group.summary.made_at);
  const oldest = made.reduce((a, b) => Math.min(a, b));
  const text = plural(made.length, 'report', 'reports');
  const which = made.every((each) => each === oldest) ? '' : ', the oldest';
  return [`${text}${which} made `, moment(oldest), ' · ', elapsed(oldest)];
}
