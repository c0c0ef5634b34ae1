// Check a service against the vectors: `node check.mjs ADAPTER.mjs`, and nothing to install.
//
// An adapter exports one function for each question it can answer (`does` in the vectors). It gets
// what is `given` and returns what the vectors `expect`, or a promise of it, or a part of it: fields
// that it leaves out are not compared, and how many were is printed. See example.mjs, and docs/reference/vectors.md.
//
//   --skip GROUP    leave out a group, by its name: microseconds, say. Printed too.
//   --in FOLDER     where the vectors are; beside this file, if not given.
//
// Exit status: 0 if all that was compared is right, 1 if not, 2 if nothing could be compared.

import { readFileSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const TOPICS = ["coercion", "machine", "settlement", "rollup"];

// One text for one value: keys sorted, and a time without the zeros at its end.
function text(value, key = "") {
  if (key === "at" && typeof value === "string") {
    return JSON.stringify(value.replace(/(\.\d*?)0+Z$/, "$1Z").replace(".Z", "Z"));
  }
  if (Array.isArray(value)) return `[${value.map((item) => text(item)).join()}]`;
  if (value !== null && typeof value === "object") {
    const keys = Object.keys(value).sort();
    return `{${keys.map((name) => `${JSON.stringify(name)}:${text(value[name], name)}`).join()}}`;
  }
  return JSON.stringify(value) ?? "undefined";
}

// What may be given in any order must be answered alike: each way to give it, and its answer.
function* ways({ does, given, expect }) {
  yield [given, expect];
  const count = does === "settle" ? given.claims.length : 0;
  // Of a claim that is told twice the first place counts, and that is another one turned round.
  if (count < 2 || expect.order?.length !== count) return;
  const places = [...Array(count).keys()];
  const orders = [[...places].reverse(), [...places.slice(1), 0]];
  for (const order of count === 2 ? orders.slice(1) : orders) {
    const claims = order.map((place) => given.claims[place]);
    yield [{ ...given, claims }, { ...expect, order: expect.order.map((p) => order.indexOf(p)) }];
  }
}

// Ask an adapter every question of a file; return what was compared and what was wrong.
export async function check(adapter, vectors, skip = []) {
  const compared = new Map();
  const wrong = [];
  for (const one of vectors.cases) {
    const ask = adapter[one.does];
    if (typeof ask !== "function" || skip.includes(one.id.split("/")[0])) continue;
    for (const [given, expect] of ways(one)) {
      let answer;
      try {
        answer = await ask(structuredClone(given));
      } catch (error) {
        answer = { raised: String(error) };
      }
      const fields = Object.keys(answer ?? {}).filter((name) => answer[name] !== undefined);
      // A field that the vectors do not have is wrong too: it would never be compared.
      const right = (name) => Object.hasOwn(expect, name) && text(answer[name], name) === text(expect[name], name);
      if (fields.length === 0 || !fields.every(right)) {
        const { says } = vectors.groups[one.id.split("/")[0]];
        wrong.push({ id: one.id, says, given, expect, answer });
      }
      for (const name of fields) {
        const field = `${one.does}.${name}`;
        compared.set(field, (compared.get(field) ?? 0) + 1);
      }
    }
  }
  return { compared, wrong };
}

async function main(words) {
  const options = { skip: { type: "string", multiple: true, default: [] }, in: { type: "string" } };
  const { values, positionals } = parseArgs({ args: words, options, allowPositionals: true });
  const { skip, in: folder = dirname(fileURLToPath(import.meta.url)) } = values;
  if (positionals.length !== 1) {
    console.error("expected one adapter: node check.mjs ADAPTER.mjs; example.mjs is one");
    return 2;
  }
  const adapter = await import(pathToFileURL(resolve(positionals[0])).href);
  const read = (topic) => JSON.parse(readFileSync(join(folder, `${topic}.json`), "utf8"));
  const files = TOPICS.map((topic) => [topic, read(topic)]);
  const strange = skip.filter((group) => files.every(([, { groups }]) => !Object.hasOwn(groups, group)));
  if (strange.length > 0) {
    console.error(`no such group: ${strange.join(", ")}; the vectors' "groups" have their names`);
    return 2;
  }
  let count = 0;
  let failures = 0;
  for (const [topic, vectors] of files) {
    const { compared, wrong } = await check(adapter, vectors, skip);
    const fields = [...compared].map(([field, times]) => `${field} ${times}`);
    console.log(`${topic} ${vectors.version}: ${fields.join(", ") || "not checked"}`);
    for (const one of wrong.slice(0, 10)) {
      console.log(`  WRONG ${one.id}: ${one.says}`);
      for (const part of ["given", "expect", "answer"]) console.log(`    ${part} ${text(one[part])}`);
    }
    if (wrong.length > 10) console.log(`  and ${wrong.length - 10} more`);
    count += fields.length;
    failures += wrong.length;
  }
  if (skip.length > 0) console.log(`left out: ${skip.join(", ")}`);
  if (count === 0) {
    console.error("nothing was checked: the adapter exports none of the functions the vectors ask");
    return 2;
  }
  console.log(failures === 0 ? "all right" : `${failures} wrong`);
  return failures === 0 ? 0 : 1;
}

// By way of a link, too.
const started = process.argv[1];
if (started !== undefined && import.meta.url === pathToFileURL(realpathSync(started)).href) {
  process.exitCode = await main(process.argv.slice(2));
}
