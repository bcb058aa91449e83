'use strict';
// The link's text is data: it goes into the page by textContent alone.
const byId = (id) => document.getElementById(id);
const TITLES = new Map([
  ['flow-log-dash', 'FlowLogDash'],
  ['rejects', 'Rejects'],
  ['rule-usage-dash', 'RuleUsageDash'],
]);

// RISON, in which Dashboards keeps its state: https://github.com/w33ble/rison-node
function readRison(text) {
  let at = 0;
  const fail = () => { throw new SyntaxError(`no RISON at ${at}`); };
  const take = (expected) => (text.startsWith(expected, at) ? (at += expected.length, true) : false);
  const expect = (expected) => take(expected) || fail();

  function readText() {
    let read = '';
    while (!take("'")) {
      if (at >= text.length) fail();
      take('!');
      read += text[at++];
    }
    return read;
  }
  function readBare() {
    const start = at;
    while (at < text.length && !"'!:(),".includes(text[at])) at += 1;
    return at > start ? text.slice(start, at) : fail();
  }
  const readName = () => (take("'") ? readText() : readBare());

  function readMembers(readMember) {
    const members = [];
    if (take(')')) return members;
    do members.push(readMember()); while (take(','));
    expect(')');
    return members;
  }
  function readMember() {
    const name = readName();
    expect(':');
    return [name, readValue()];
  }
  function readValue() {
    if (take('!(')) return readMembers(readValue);
    if (take('(')) return new Map(readMembers(readMember));
    if (take('!t')) return true;
    if (take('!f')) return false;
    if (take('!n')) return null;
    return readName();
  }
  const value = readValue();
  return at === text.length ? value : fail();
}

function find(state, ...names) {
  return names.reduce((value, name) => (value instanceof Map ? value.get(name) : undefined), state);
}

function readLink(hash) {
  const [view, query = ''] = hash.slice(1).split(/\?(.*)/s);
  const pairs = query.split('&').filter((part) => part).map((part) => part.split(/=(.*)/s));
  const states = new Map(pairs.map(([name, value = '']) => [name, readRison(decodeURIComponent(value))]));
  const id = decodeURIComponent((view.match(/^\/view\/([^/]+)$/) || [])[1] || '');
  const time = ['from', 'to'].map((end) => find(states.get('_g'), 'time', end));
  return { id, query: find(states.get('_a'), 'query', 'query'), time };
}

function addPart(name, text, note) {
  const term = document.createElement('dt');
  const description = document.createElement('dd');
  const code = document.createElement('code');
  term.textContent = name;
  code.textContent = text;
  description.append(...(note ? [note, ' '] : []), code);
  byId('parts').append(term, description);
}

function addLink(hash) {
  let link;
  try {
    link = readLink(hash);
  } catch (error) {
    // Neither RISON nor percent-encoding: nothing to explain, so it is shown as it came.
    addPart('Link', hash);
    return;
  }
  if (link.id) addPart('Dashboard', link.id, TITLES.get(link.id));
  if (typeof link.query === 'string') addPart('Query', link.query);
  if (link.time.every((end) => typeof end === 'string')) addPart('Time', link.time.join(' to '));
}

function show() {
  byId('parts').replaceChildren();
  if (location.hash.length > 1) addLink(location.hash);
  byId('link').hidden = !byId('parts').hasChildNodes();
  byId('port').textContent = location.port;
  const path = location.pathname.replace(/^\/_dashboards/, '') || '/';
  byId('there').href = `http://localhost:5601${path}${location.search}${location.hash}`;
}

addEventListener('hashchange', show);
show();
