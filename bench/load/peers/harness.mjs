// What the JavaScript peers share: a workload's parameters, rounds, and the lines of the result.
//
// Each peer runs beside relgraph's document, taken and parsed by node-postgres.
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';

const [rounds, folder, ...wanted] = process.argv.slice(2);
const collections = ['profile', 'posts', 'comments', 'teams', 'memberships', 'attachments'];

const workloads = wanted.filter(name => ['point', 'page', 'heavy', 'thousand', 'unindexed'].includes(name));

function readWorkload(name) {
  const sections = {};
  let current;
  for (const line of fs.readFileSync(path.join(folder, name + '.sql'), 'utf8').split('\n')) {
    if (line.startsWith('--@')) {
      current = line.slice(3).trim();
      sections[current] = '';
    } else if (current) {
      sections[current] += line + '\n';
    }
  }
  return sections;
}

// Rows in a document, however the peer shapes it; a membership with its team is one row.
export function countRows(value) {
  if (Array.isArray(value)) return value.reduce((sum, one) => sum + countRows(one), 0);
  if (!value || typeof value !== 'object') return 0;
  return 1 + collections.reduce((sum, key) => sum + countRows(value[key]), 0);
}

async function time(runs, run) {
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  for (const values of runs) await run(values);
  const wall = Number(process.hrtime.bigint() - start) / 1e6;
  const used = process.cpuUsage(cpu);
  return [wall / runs.length, 0, (used.user + used.system) / 1e3 / runs.length];
}

// peer: async (workload, {first, last} or {ids}) => rows
export async function measure(label, version, peer, lacks = []) {
  const client = new pg.Client();
  await client.connect();
  console.log(['version', label, version].join('\t'));
  for (const name of workloads.filter(one => !lacks.includes(one))) {
    const sections = readWorkload(name);
    const heading = Object.keys(sections).find(key => key.startsWith('parameters'));
    const burst = Number((Object.keys(sections).find(key => key.startsWith('burst')) || 'burst 1').split(' ')[1]);
    const columns = /\((.*)\)/.exec(heading)[1].split(' ');
    const result = await client.query({ text: sections[heading], rowMode: 'array' });
    const runs = result.rows.slice(0, burst).map(row => Object.fromEntries(row.map((value, i) => [columns[i], value])));
    const sql = sections['relgraph load (filter)'].trim().replace(/;$/, '');
    const contenders = {
      'relgraph, node-postgres': async values =>
        (await client.query({ name, text: sql, values: [JSON.stringify(values.filter)], rowMode: 'array' })).rows.map(row => row[0]),
      [label]: values => peer(name, values),
    };
    const expected = countRows(await contenders['relgraph, node-postgres'](runs[0]));
    const found = countRows(await peer(name, runs[0]));
    if (found !== expected) throw new Error(`workload ${name}: ${label} has ${found} rows, not ${expected}`);
    for (let round = 0; round <= Number(rounds); round++) {
      for (const [contender, run] of Object.entries(contenders)) {
        const times = await time(runs, run);
        console.log([round ? 'time' : 'first', name, '', 'orm', contender, round, runs.length,
          ...times.map(number => number.toFixed(4)), 0, 0].join('\t'));
      }
    }
  }
  await client.end();
}
