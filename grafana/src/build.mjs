// Writes the dashboards. With --check it writes nothing, and fails if a file is not what it would be.

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { downtime, energy, quality } from './analysis.mjs';
import { gateway } from './gateway.mjs';
import * as influxdb from './influxql.mjs';
import { line, machine, overview } from './plant.mjs';
import * as questdb from './sql.mjs';

const folder = new URL('../dashboards/', import.meta.url);
const files = new Map([['prometheus/gateway.json', gateway()]]);
for (const store of [influxdb, questdb]) {
  for (const make of [overview, line, machine, downtime, energy, quality]) {
    files.set(`${store.name}/${make.name}.json`, make(store));
  }
}

const check = process.argv.includes('--check');
const wrong = check ? readdirSync(folder, { recursive: true }).filter((path) => path.endsWith('.json') && !files.has(path)) : [];
for (const [path, dashboard] of files) {
  const text = `${JSON.stringify(dashboard, null, 2)}\n`;
  const file = new URL(path, folder);
  if (check) {
    if (readFileSync(file, 'utf8') !== text) wrong.push(path);
  } else {
    mkdirSync(new URL('.', file), { recursive: true });
    writeFileSync(file, text);
  }
}
if (wrong.length) {
  console.error(`Not what src/ makes: ${wrong.join(', ')}. Change src/ and run: npm run build`);
  process.exit(1);
}
