// Makes what the pages send along: one stylesheet, one script, their fonts and icons, each under a name that holds its
// hash, and manifest.json, which says what is called how. Run by hatch_build.py: node build.mjs FOLDER DIGEST
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "esbuild";

const [folder, inputs] = process.argv.slice(2);
const LICENCES = {
  "fira-sans.txt": "@fontsource/fira-sans/LICENSE",
  "htmx.txt": "htmx.org/LICENSE",
  "kern-ux.txt": "@kern-ux/native/LICENSE.md",
};

// KERN UX keeps its icons as data: addresses in the stylesheet. The pages' policy admits images of this host alone, so
// every icon becomes a file, fetched when a page shows it.
const icons = {
  name: "icons",
  setup(bundle) {
    const known = new Map();
    bundle.onResolve({ filter: /^data:image\/svg\+xml,/ }, ({ path }) => {
      if (!known.has(path)) known.set(path, `icon-${known.size}.svg`);
      return { path: known.get(path), namespace: "icon", pluginData: path };
    });
    bundle.onLoad({ filter: /.*/, namespace: "icon" }, ({ pluginData }) => ({
      contents: decodeURIComponent(pluginData.slice(pluginData.indexOf(",") + 1)),
      loader: "file",
    }));
  },
};

// Every browser that the pages work in reads WOFF2.
const fonts = {
  name: "fonts",
  setup(bundle) {
    bundle.onLoad({ filter: /@fontsource\/.*\.css$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replaceAll(/,\s*url\([^)]*\.woff\)\s*format\('woff'\)/g, ""),
      loader: "css",
    }));
  },
};

const { metafile } = await build({
  entryPoints: ["src/office.css", "src/office.js", "src/icon.svg"],
  outdir: folder,
  entryNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  format: "iife",
  target: ["es2022", "chrome120", "firefox121", "safari17"],
  charset: "utf8",
  legalComments: "none",
  loader: { ".svg": "copy", ".woff2": "file" },
  plugins: [icons, fonts],
  metafile: true,
  logLevel: "warning",
});

const names = {};
for (const [path, { entryPoint }] of Object.entries(metafile.outputs))
  if (entryPoint) names[basename(entryPoint)] = basename(path);
for (const [name, path] of Object.entries(LICENCES)) await copyFile(join("node_modules", path), join(folder, name));
await writeFile(join(folder, "manifest.json"), JSON.stringify({ inputs, names }, null, 1) + "\n");
