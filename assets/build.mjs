// Copies the front-end libraries into triage/static/vendor and builds one sprite of the icons that are used.
// Run by `make assets` after `npm ci`.
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const target = "triage/static/vendor";
const files = {
  "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
  "htmx.org/dist/htmx.min.js": "htmx.min.js",
};

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });
for (const [source, name] of Object.entries(files)) {
  copyFileSync(join("node_modules", source), join(target, name));
}

// Source maps are not shipped, so their addresses would only be a failed request.
for (const name of readdirSync(target)) {
  const path = join(target, name);
  writeFileSync(path, readFileSync(path, "utf8").replace(/\n?(\/\/|\/\*)# sourceMappingURL=\S+( ?\*\/)?\s*$/, "\n"));
}

const icons = readFileSync("assets/icons.txt", "utf8").split("\n").map((line) => line.trim()).filter(Boolean);
const symbols = icons.map((name) => {
  const svg = readFileSync(join("node_modules/@tabler/icons/icons/outline", `${name}.svg`), "utf8");
  const shapes = svg.replace(/<!--[\s\S]*?-->/g, "").match(/<svg[^>]*>([\s\S]*)<\/svg>/)[1];
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes.replace(/\s+/g, " ").trim()}</symbol>`;
});
writeFileSync(join(target, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);
console.log(`${Object.keys(files).length} files and ${icons.length} icons in ${target}`);
