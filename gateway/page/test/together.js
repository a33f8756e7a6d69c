// The tests of all files in one process, which costs a fifth of a process for each. Those that choose another language
// for the page when they load are alone: *.alone.test.js.
import { readdirSync } from "node:fs";

for (const file of readdirSync(new URL(".", import.meta.url)).sort()) {
  if (file.endsWith(".test.js") && !file.endsWith(".alone.test.js")) await import(`./${file}`);
}
