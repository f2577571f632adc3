// Compiles many MJML files in one process, because starting Node and MJML is what takes the time.
// In (stdin): {"modules": "<a file beside node_modules>", "root": "<programme folder>", "files": ["<path>", ...]}
// Out (stdout): {"<path>": {"html": "...", "errors": [{"line": 3, "message": "...", "tag": "mj-text"}]}}
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const job = JSON.parse(readFileSync(0, "utf8"));
const mjml = createRequire(job.modules)("mjml");
const compile = mjml.default ?? mjml;

async function compiled(file) {
  try {
    const options = {
      filePath: file,
      ignoreIncludes: false,
      includePath: [job.root],
      keepComments: false,
      validationLevel: "soft", // all errors are reported and none is let through: the caller refuses any
      fonts: {}, // no mail fetches a font from a third party
    };
    const { html, errors } = await compile(readFileSync(file, "utf8"), options);
    return { html, errors: errors.map(({ line, message, tagName }) => ({ line, message, tag: tagName })) };
  } catch (error) {
    return { html: "", errors: [{ line: 1, message: String(error.message ?? error), tag: "" }] };
  }
}

const answers = {};
for (const file of job.files) answers[file] = await compiled(file);
process.stdout.write(JSON.stringify(answers));
