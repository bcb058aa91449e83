// The proof: what was replayed, and what would have been refused.
function listRefused(refused) {
  const headings = [['From'], ['To'], ['Service'], ['Times', 'number'], ['Last seen (UTC)', 'time'], ['Permitted by']];
  return tableOf('Recorded connections that the new rules would refuse', headings, refused, (each) => {
    const ours = named(each.interface_name, each.interface_id);
    const theirs = named(each.peer_name, each.peer_addr);
    return [
      ...(each.direction === 'ingress' ? [theirs, ours] : [ours, theirs]),
      make('span', { class: 'service' }, each.service),
      count(each.connections),
      minute(each.last_seen),
      idText(each.rule_ids.join(', ')),
    ];
  });
}

function tellReplay({ connections, records, already_refused: before, raw_records: raw, raw_refused: rawRefused }) {
  const distinct = plural(connections, 'distinct connection', 'distinct connections');
  const told = [
    `${distinct} (${plural(records, 'record', 'records')}) of ${windowSpan}, on all interfaces that carry the group, were held against the new rules of all groups of the VPC together.`,
  ];
  if (raw !== null) {
    told.push(`${plural(raw, 'raw flow record', 'raw flow records')} that the changed rules let in ${raw === 1 ? 'was' : 'were'} checked besides: ${rawRefused ? count(rawRefused) : 'none'} refused.`);
  } else if (proposal.changes.length) {
    told.push('Raw flow records were not checked besides.');
  }
  if (before) told.push(`${plural(before, 'connection is', 'connections are')} permitted by today’s rules no more, and not counted.`);
  return told.join(' ');
}

function drawReplay() {
  const { replay } = proposal;
  const [kind, text] = prove();
  const box = byId('replay');
  box.classList.add(kind);
  box.append(make('h3', {}, text));
  if (!replay.connections && !replay.refused.length) {
    box.append(make('p', {}, 'Replay holds every recorded connection of the window against the new rules.'));
    return;
  }
  box.append(make('p', {}, tellReplay(replay)));
  if (replay.refused.length) box.append(...listRefused(replay.refused));
}
