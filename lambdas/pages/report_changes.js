// The proposal as a diff: the rule that goes, what comes in its place, and what that means.
const ruleById = new Map(page.rules.map((rule) => [rule.rule_id, rule]));
const WAYS = {
  revoke: 'revoke',
  ports: 'fewer ports',
  group: 'a group instead of addresses',
  prefix_list: 'a prefix list instead of addresses',
  cidrs: 'smaller blocks',
  public: 'stays open to the world',
};
const MOST_BITS = Math.max(1, ...page.rules.map((rule) => rule.width));

function diffLine(kind, rule, ...more) {
  const [sign, words] = kind === 'minus' ? ['−', 'Revoke: '] : ['+', 'Add: '];
  return make(
    'div',
    { class: `line ${kind}` },
    make('span', { class: 'sign', 'aria-hidden': 'true' }, sign),
    make('span', { class: 'unseen' }, words),
    make('span', { class: 'rule' }, ...ruleLine(rule), ...more),
  );
}

function describeRule(rule) {
  const about = rule.description.trim() ? [' ', make('bdi', { class: 'about' }, rule.description)] : [];
  return [' ', idText(rule.rule_id), ...about];
}

function diffOf(change, rule) {
  return make(
    'div',
    { class: 'diff' },
    diffLine('minus', rule, ...describeRule(rule)),
    ...change.rules.map((each) => diffLine('plus', each)),
  );
}

function widthBars({ width_before: before, width_after: after }) {
  const width = (bits) => `${((100 * bits) / MOST_BITS).toFixed(2)}%`;
  return draw(
    'svg',
    { class: 'shrink', 'aria-hidden': 'true', focusable: 'false' },
    draw('rect', { class: 'before', width: width(before), height: 6, rx: 2 }),
    draw('rect', { class: 'after', y: 8, width: width(after), height: 6, rx: 2 }),
  );
}

function coveredBy({ connections, connections_before: before }) {
  if (!before) return ['–', small('no connection was recorded')];
  const part = connections === before ? `all ${count(before)}` : `${count(connections)} of ${count(before)}`;
  return [part, small(before === 1 ? 'recorded connection' : 'recorded connections')];
}

function factsOf(change) {
  const fact = (text, ...content) => make('div', {}, make('dt', {}, text), make('dd', {}, ...content));
  const saved = Math.round(change.width_before - change.width_after);
  const arrow = make('span', { class: 'quiet' }, make('span', { class: 'unseen' }, ' becomes '), make('span', { 'aria-hidden': 'true' }, ' → '));
  return make(
    'dl',
    { class: 'meaning' },
    fact('Allowed space', space(change.space_before), arrow, space(change.space_after), widthBars(change), small(`${plural(saved, 'bit', 'bits')} less`)),
    fact('Covered', ...coveredBy(change)),
    fact('Confidence', make('span', { class: `confidence ${change.confidence}` }, change.confidence), small(isolate(change.confidence_reason))),
  );
}

function drawChange(change) {
  const rule = ruleById.get(change.rule_id);
  const ways = change.ways.map((way) => badge(WAYS[way]));
  const risks = change.risks.map((risk) => make('li', {}, isolate(risk)));
  const why = rule.reasons.map((text) => make('li', {}, isolate(text)));
  return make(
    'li',
    { class: 'card change' },
    make('div', { class: 'head' }, verdictBadge(rule.verdict), ...ways),
    make(
      'div',
      { class: 'body' },
      diffOf(change, rule),
      make('ul', { class: 'why' }, ...why),
      risks.length ? make('div', { class: 'risks' }, make('strong', {}, 'What could go wrong'), make('ul', {}, ...risks)) : undefined,
    ),
    factsOf(change),
  );
}

function explainNoChange() {
  if (!page.rules.length) return 'There is no rule to change.';
  return 'No change is proposed: each rule below says why it stays.';
}

function drawProposal() {
  const { changes, not_proposed: leftOut } = proposal;
  byId('proposal-lead').textContent = changes.length
    ? 'New rules are added before old ones are revoked. Descriptions and tags are kept. SG Lens changes nothing itself: review, then apply. Bars of space are on a log scale; a bit less halves it.'
    : explainNoChange();
  byId('changes').append(...listSome(make('ul', { class: 'changes' }), changes, drawChange, 20));
  byId('changes').hidden = !changes.length;
  byId('left-out').hidden = !leftOut.length;
  byId('left-out').append(...listSome(make('ul', {}), leftOut, (text) => make('li', {}, isolate(text))));
}
