import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TextlintKernel } from "@textlint/kernel";
import markdownPlugin from "@textlint/textlint-plugin-markdown";
import { docstringsAsMarkdown } from "../prose/docstrings-as-markdown.mjs";
import passiveShare from "../prose/passive-share.mjs";
import sentenceLength from "../prose/sentence-length.mjs";
import { gitFiles } from "../run.mjs";
import { readJson, root } from "../workspace.mjs";
import { complaintsResult } from "./complaints.mjs";

const moduleOf = (loaded) => loaded.default ?? loaded;
const RULES = { "sentence-length": sentenceLength, "passive-share": passiveShare };
const SOURCE = /\.(ts|tsx|mjs)$/;
const NOT_OURS = /__fixtures__|_pb\.ts$|generated|CHANGELOG\.md$|^\.changeset\//;

/** Sentences that a newcomer reads once: every Markdown file and every docstring keeps the rules of `.textlintrc.json`. */
export async function proseCheck() {
  const files = (await gitFiles("*.md", "*.ts", "*.tsx", "*.mjs")).filter((file) => !NOT_OURS.test(file));
  const kernel = new TextlintKernel();
  const rules = Object.entries(readJson(".textlintrc.json").rules).map(([ruleId, options]) => ({
    ruleId,
    rule: RULES[ruleId],
    options,
  }));
  const plugins = [{ pluginId: "markdown", plugin: moduleOf(markdownPlugin) }];
  const complaints = [];
  for (const file of files) {
    const text = readFileSync(join(root, file), "utf8");
    const { messages } = await kernel.lintText(SOURCE.test(file) ? docstringsAsMarkdown(text) : text, {
      ext: ".md",
      filePath: file,
      plugins,
      rules: SOURCE.test(file) ? rules.filter(({ ruleId }) => ruleId !== "passive-share") : rules,
    });
    complaints.push(...messages.map(({ line, message }) => `${file}:${line}: ${message}`));
  }
  return complaintsResult(complaints);
}
