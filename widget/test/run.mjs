// Bundles test/**/*.test.ts(x) (Node 20 does not read TypeScript) and runs them with Node's own test runner.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { options } from "../build.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = mkdtempSync(join(tmpdir(), "parley-widget-tests-"));
const tests = readdirSync(here, { recursive: true }).filter((name) => /\.test\.tsx?$/.test(name));
try {
  await build({
    ...options,
    entryPoints: tests.map((name) => join(here, name)),
    outdir: out,
    outbase: here,
    entryNames: "[dir]/[name]",
    outExtension: { ".js": ".mjs" },
    platform: "node",
    target: "node20",
    minify: false,
    splitting: false,
    metafile: false,
    write: true,
    logLevel: "warning",
  });
  const run = spawnSync(process.execPath, ["--test", ...tests.map((name) => join(out, name.replace(/tsx?$/, "mjs")))], { stdio: "inherit" });
  process.exitCode = run.status ?? 1;
} finally {
  rmSync(out, { recursive: true, force: true });
}
