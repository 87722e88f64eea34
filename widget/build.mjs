// Builds the browser side into ../bot/assets (or --out DIR; --only-shopper leaves console and dashboard out): the launcher, hashed chunks, pages, compressed siblings.
// Prints every size, and fails when one is over its budget or a locale is incomplete.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, extname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { minify } from "terser";
import { LANGUAGES, localeFaults } from "./locales.mjs";
import { fromTheRoot, textOnly } from "./trim.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const TARGET = ["chrome114", "firefox125", "safari17"];
const COMPRESSED = new Set([".js", ".css", ".html", ".svg", ".json"]);

// Gzipped bytes. What a shop's page loads for everybody, and what one who chats loads.
const BUDGETS = {
  launcher: { limit: 2_000, requests: 1, what: "launcher (embed.js)" },
  firstAnswer: { limit: 28_000, requests: 4, what: "to the first answer (launcher, chat, largest locale)" },
  everything: { limit: 34_000, requests: 99, what: "chat with every later chunk" },
  console: { limit: 60_000, requests: 6, what: "agent console, first load (with the largest locale)" },
  dashboard: { limit: 45_000, requests: 6, what: "dashboard, first load (with the largest locale)" },
};
/** The catalogs that an app of the staff loads to begin with. */
const CATALOGS = { console: ["staff", "agent"], dashboard: ["staff", "analyst"] };

// `import css from "./chat.css"` gives the minified text, for adoptedStyleSheets.
const stylesAsText = {
  name: "styles-as-text",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/].*\.css$/ }, async ({ path }) => {
      const css = await build({ entryPoints: [path], bundle: true, minify: true, target: TARGET, write: false, legalComments: "none" });
      return { contents: `export default ${JSON.stringify(css.outputFiles[0].text.trim())}` };
    });
  },
};

// One object a locale: esbuild's own JSON loader would export every key by name besides.
const locales = {
  name: "locales",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]locales[\\/].*\.json$/ }, ({ path }) => ({ contents: `export default ${readFileSync(path, "utf8")}` }));
  },
};

export const options = {
  absWorkingDir: here,
  bundle: true,
  format: "esm",
  splitting: true,
  minify: true,
  target: TARGET,
  jsx: "automatic",
  jsxImportSource: "preact",
  metafile: true,
  write: false,
  charset: "utf8",
  legalComments: "none",
  outdir: "/out",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".svg": "file" },
  plugins: [textOnly, stylesAsText, locales],
};

const gzip = (bytes) => gzipSync(bytes, { level: 9 });
const hash = (bytes) => createHash("sha256").update(bytes).digest("hex");

/** What of other people's packages is in a build, as package-lock.json has it: name, version, licence. */
function packagesIn(metafiles) {
  const { packages } = JSON.parse(readFileSync(join(here, "package-lock.json"), "utf8"));
  const used = metafiles.flatMap(({ outputs }) => Object.values(outputs).flatMap(({ inputs }) => Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0)));
  const names = new Set(used.flatMap(([path]) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []));
  return [...names].sort().map((name) => ({ name, version: packages[`node_modules/${name}`].version, license: packages[`node_modules/${name}`].license }));
}

/** Every output file of a build, by its name; and its metadata by the same name. */
function collect(result) {
  const files = new Map(result.outputFiles.map((file) => [basename(file.path), Buffer.from(file.contents)]));
  const facts = new Map(Object.entries(result.metafile.outputs).map(([path, output]) => [basename(path), output]));
  return { files, facts, metafile: result.metafile };
}

/** The file that was made of a source, or undefined. */
const made = (facts, source) => [...facts].find(([, output]) => output.entryPoint === source)?.[0];

/** The chunks that a file imports before it runs, itself first. */
function imported(facts, name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const { path, kind } of facts.get(name)?.imports ?? []) if (kind === "import-statement") imported(facts, basename(path), seen);
  return seen;
}

/** Two percent smaller than esbuild leaves it: worth a second only where every shopper of every shop loads it. */
async function squeeze(code, module = true) {
  const done = await minify(code, { module, ecma: 2022, compress: { ecma: 2022, passes: 3, pure_getters: true, unsafe_arrows: true, unsafe_methods: true }, format: { ecma: 2022 } });
  return done.code;
}

/**
 * The shopper's files: `chat`, `later` and one locale module a language and part. They share one version in their names,
 * so that the launcher needs to know only that, and `later` takes Preact from `chat` instead of a chunk of its own.
 */
async function shopperFiles() {
  const placeholder = "VERSION0";
  const fromChat = {
    name: "from-chat",
    setup: ({ onResolve }) => onResolve({ filter: /^preact\/jsx-runtime$|\/icons\.tsx$/ }, () => ({ path: `./chat-${placeholder}.js`, external: true })),
  };
  // Names with an underscore are private in the official client; nothing of ours or of the wire has one.
  const common = { ...options, splitting: false, entryNames: `[name]-${placeholder}`, mangleProps: /^_[a-z]/i, mangleQuoted: true };
  const [chat, later] = await Promise.all([
    build({ ...common, entryPoints: { chat: "src/shopper/main.tsx" }, plugins: [fromTheRoot, ...options.plugins], define: { __VERSION__: JSON.stringify(placeholder) } }),
    build({ ...common, entryPoints: { later: "src/shopper/later.tsx" }, plugins: [fromChat, ...options.plugins] }),
  ]);
  const texts = new Map();
  for (const { path, text } of [...chat.outputFiles, ...later.outputFiles]) texts.set(basename(path), await squeeze(text));
  for (const part of ["shopper", "shopper-later"]) {
    for (const language of LANGUAGES) {
      const catalog = JSON.parse(readFileSync(join(here, "locales", `${part}.${language}.json`), "utf8"));
      texts.set(`${part}.${language}-${placeholder}.js`, `export default${JSON.stringify(catalog)}`);
    }
  }
  const version = hash([...texts].flat().join("\0")).slice(0, 8);
  const final = (text) => text.replaceAll(placeholder, version);
  return { version, metafiles: [chat.metafile, later.metafile], files: new Map([...texts].map(([name, text]) => [final(name), Buffer.from(final(text))])) };
}

/** Hex digest of everything in this folder that the output depends on; build_hook.py computes the same. */
function stamp() {
  const skipped = new Set(["node_modules", "test", "__pycache__", "README.md"]);
  const files = [];
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (skipped.has(entry.name)) continue;
      if (entry.isDirectory()) walk(join(folder, entry.name));
      else files.push(relative(here, join(folder, entry.name)).replaceAll("\\", "/"));
    }
  };
  walk(here);
  return hash(files.sort().map((path) => `${path}\0${hash(readFileSync(join(here, path)))}\n`).join(""));
}

/** The pages, with their parts put in and `/assets/<name>` replaced by the hashed names. */
function pages(names) {
  const out = new Map();
  for (const page of readdirSync(join(here, "pages")).filter((name) => name.endsWith(".html"))) {
    const unknown = new Set();
    const part = (name) => readFileSync(join(here, "pages", name), "utf8").trimEnd();
    const html = part(page).replace(/<!-- include ([\w.-]+) -->/g, (_, name) => part(name)).replace(/\/assets\/([\w.-]+)/g, (whole, name) => {
      if (!names[name]) unknown.add(name);
      return `/assets/${names[name] ?? name}`;
    });
    if (unknown.size) console.error(`  left out pages/${page}: nothing builds ${[...unknown].join(", ")} yet`);
    else out.set(`pages/${page}`, Buffer.from(html));
  }
  return out;
}

async function main(out, onlyShopper) {
  const faults = localeFaults(join(here, "locales"));
  const files = new Map();
  const names = {};
  const metafiles = [];
  const keep = (built) => {
    for (const [name, contents] of built.files) files.set(name, contents);
    metafiles.push(built.metafile);
    for (const [name, { entryPoint }] of built.facts) {
      if (entryPoint) names[basename(entryPoint).replace(/\.tsx?$/, ".js")] = name;
    }
    return built;
  };

  const shopper = await shopperFiles();
  const { version } = shopper;
  metafiles.push(...shopper.metafiles);
  for (const [name, contents] of shopper.files) files.set(name, contents);
  names["chat.js"] = `chat-${version}.js`;

  // Each for itself: what two apps shared would be a request more for both.
  const apps = Object.entries({ console: "src/agent/main.tsx", dashboard: "src/analyst/main.tsx" }).filter(([, path]) => existsSync(join(here, path)) && !onlyShopper);
  const staff = new Map();
  for (const [name, path] of apps) {
    const { facts } = keep(collect(await build({ ...options, entryPoints: { [name]: path } })));
    names[`${name}.js`] = made(facts, path);
    const largest = CATALOGS[name].map((part) => LANGUAGES.map((language) => made(facts, `locales/${part}.${language}.json`)).sort((one, other) => gzip(files.get(other)).length - gzip(files.get(one)).length)[0]);
    staff.set(name, [...imported(facts, names[`${name}.js`]), ...largest]);
  }

  const sources = readdirSync(join(here, "pages"));
  const entries = sources.filter((name) => /\.(css|ts)$/.test(name)).map((name) => `pages/${name}`);
  // The demo shop's scripts are classic ones: they run before the first paint, and before the launcher.
  const classic = (path) => /(shop|chat-page)\.ts$/.test(path);
  keep(collect(await build({ ...options, splitting: false, entryPoints: entries.filter((path) => !classic(path)) })));
  keep(collect(await build({ ...options, splitting: false, format: "iife", entryPoints: entries.filter(classic) })));
  for (const name of sources.filter((source) => source.endsWith(".svg"))) {
    const contents = readFileSync(join(here, "pages", name));
    names[name] = `${basename(name, ".svg")}-${hash(contents).slice(0, 8).toUpperCase()}.svg`;
    files.set(names[name], contents);
  }

  const embed = await build({
    ...options,
    entryPoints: ["src/embed/embed.ts"],
    format: "iife",
    splitting: false,
    entryNames: "[name]",
    define: { __VERSION__: JSON.stringify(version), __LANGUAGES__: JSON.stringify(LANGUAGES) },
  });
  files.set("embed.js", Buffer.from(await squeeze(embed.outputFiles[0].text, false)));
  for (const [name, contents] of pages(names)) files.set(name, contents);

  const size = (list) => list.reduce((sum, name) => sum + gzip(files.get(name)).length, 0);
  const locale = (part) => LANGUAGES.map((language) => `${part}.${language}-${version}.js`).sort((one, other) => size([other]) - size([one]))[0];
  const sizes = { launcher: ["embed.js"], firstAnswer: ["embed.js", `chat-${version}.js`, locale("shopper")] };
  sizes.everything = [...sizes.firstAnswer, `later-${version}.js`, locale("shopper-later")];
  for (const [name, list] of staff) sizes[name] = list;
  const report = {};
  for (const [name, list] of Object.entries(sizes)) {
    const { limit, requests, what } = BUDGETS[name];
    const bytes = size(list);
    report[name] = { bytes, limit, requests: list.length };
    console.error(`  ${what}: ${bytes} of ${limit} bytes gzip in ${list.length} requests${bytes > limit || list.length > requests ? "  OVER BUDGET" : ""}`);
    if (bytes > limit) faults.push(`${what}: expected at most ${limit} bytes gzip, got ${bytes}`);
    if (list.length > requests) faults.push(`${what}: expected at most ${requests} requests, got ${list.length}`);
  }
  for (const name of new Set(Object.values(sizes).flat())) {
    const contents = files.get(name);
    console.error(`    ${name.padEnd(32)} ${String(contents.length).padStart(7)} raw ${String(gzip(contents).length).padStart(6)} gzip`);
  }
  rmSync(out, { recursive: true, force: true });
  mkdirSync(join(out, "pages"), { recursive: true });
  files.set("manifest.json", Buffer.from(JSON.stringify({ version, files: names, sizes: report, packages: packagesIn([...metafiles, embed.metafile]) }, null, 2)));
  for (const [name, contents] of files) {
    writeFileSync(join(out, name), contents);
    if (!COMPRESSED.has(extname(name)) || name === "manifest.json") continue;
    writeFileSync(join(out, `${name}.gz`), gzip(contents));
    writeFileSync(join(out, `${name}.br`), brotliCompressSync(contents, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  }
  // Without the stamp the next installation builds again.
  if (faults.length) throw new Error(`the browser side has faults:\n${faults.map((fault) => `  ${fault}`).join("\n")}`);
  writeFileSync(join(out, ".stamp"), `${stamp()}\n`);
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const at = process.argv.indexOf("--out");
  try {
    await main(resolve(at > 0 ? process.argv[at + 1] : join(here, "..", "bot", "assets")), process.argv.includes("--only-shopper"));
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
