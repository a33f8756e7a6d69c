// Makes a TypeScript file of each dashboard, so that the compiler holds it against model.ts.

import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';

const dashboards = new URL('../dashboards/', import.meta.url);
const target = new URL('../target/types/', import.meta.url);
rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const path of readdirSync(dashboards, { recursive: true }).filter((each) => each.endsWith('.json'))) {
  const json = readFileSync(new URL(path, dashboards), 'utf8');
  const name = path.replace(/[/.]/g, '-');
  writeFileSync(
    new URL(`${name}.ts`, target),
    `import type { File } from '../../src/model';\n// ${path}\nexport const file: File = ${json.trimEnd()};\n`);
}
