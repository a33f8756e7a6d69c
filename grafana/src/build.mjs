// Writes the dashboards. With --check it writes nothing, and fails if a file is not what it would be. With
// --import FOLDER it writes them for importing by hand: Grafana then asks which data sources to take.

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { downtime, energy, quality } from './analysis.mjs';
import * as influxdb3 from './datafusion.mjs';
import { gateway } from './gateway.mjs';
import * as influxdb from './influxql.mjs';
import { importable } from './importable.mjs';
import { changeover, products } from './orders.mjs';
import * as victoriametrics from './metricsql.mjs';
import { line, machine, overview } from './plant.mjs';
import { compare, report } from './report.mjs';
import { spc } from './signals.mjs';
import * as questdb from './sql.mjs';
import { home, wall } from './wall.mjs';

const KINDS = [home, overview, line, machine, downtime, report, compare, products, changeover, spc, energy, quality, wall];

const importing = process.argv.indexOf('--import') + 1;
const folder = importing ? pathToFileURL(`${resolve(process.argv[importing])}/`) : new URL('../dashboards/', import.meta.url);
const files = new Map([['prometheus/gateway.json', gateway()]]);
for (const store of [influxdb, influxdb3, questdb, victoriametrics]) {
  for (const make of KINDS) {
    files.set(`${store.name}/${make.name}.json`, make(store));
  }
}

const check = process.argv.includes('--check');
const wrong = check ? readdirSync(folder, { recursive: true }).filter((path) => path.endsWith('.json') && !files.has(path)) : [];
for (const [path, dashboard] of files) {
  const text = `${JSON.stringify(importing ? importable(dashboard) : dashboard, null, 2)}\n`;
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
