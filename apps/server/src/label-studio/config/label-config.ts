import { InputError } from "@sam2js/core";
import { XMLParser } from "fast-xml-parser";

const SHAPES = [
  "brush",
  "bitmask",
  "polygon",
  "rectangle",
  "ellipse",
  "keypoint",
  "videorectangle",
  "labels",
] as const;

/** What a control tag draws. `labels` draws nothing: it names what the others draw. */
export type Shape = (typeof SHAPES)[number];

/** A control tag: what regions of it name as `from_name`, `to_name` and `type`. */
export interface Control {
  readonly name: string;
  /** The media tags that it draws on. */
  readonly toNames: readonly string[];
  /** `"brushlabels"`, `"brush"`, …: the tag in small letters. */
  readonly type: string;
  readonly shape: Shape;
  /** What may be chosen; undefined where anything may: they come with each task. Empty for tags without labels. */
  readonly labels: readonly string[] | undefined;
}

/** An `Image` or `Video` tag. */
export interface MediaTag {
  readonly name: string;
  readonly kind: "image" | "video";
  /** The field of a task's data that holds the URL, or with `isList` all URLs. */
  readonly field: string;
  readonly isList: boolean;
  /** Of a video: frames per second by which the editor counts, or the field that says so (`$fps`). Label Studio's default is 24. */
  readonly frameRate: string;
}

/** A project's labelling configuration, as far as masks need it. */
export interface LabelConfig {
  readonly media: readonly MediaTag[];
  readonly controls: readonly Control[];
}

/** A labelling configuration has some kilobytes; those with thousands of labels a few hundred. */
const MAX_CHARACTERS = 2 ** 20;

type Attributes = Readonly<Record<string, string>>;
type Node = Readonly<Record<string, unknown>>;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseAttributeValue: false,
  parseTagValue: false,
  htmlEntities: true,
});

/**
 * Reads the XML of a labelling configuration.
 *
 * @throws {InputError} it is no XML, or has neither an `Image` nor a `Video`
 */
export function parseLabelConfig(xml: string): LabelConfig {
  if (xml.length > MAX_CHARACTERS || /<!(DOCTYPE|ENTITY)/i.test(xml)) {
    const expected = `at most ${MAX_CHARACTERS} characters without a DOCTYPE`;
    throw InputError.expected("label_config", expected, `${xml.length} characters`);
  }
  let nodes: Node[];
  try {
    nodes = parser.parse(xml) as Node[];
  } catch (cause) {
    const got = "something that cannot be read";
    throw InputError.expected("label_config", "XML", got, "copy it from Label Studio", cause);
  }
  const media: MediaTag[] = [];
  const controls: Control[] = [];
  walk(nodes, (tag, attributes, children) => {
    const { name, toName } = attributes;
    if (!name) return;
    const kind = tag === "image" || tag === "video" ? tag : undefined;
    const list = attributes.valueList;
    const field = /^\$([\w.-]+)$/.exec(list ?? attributes.value ?? "")?.[1];
    const frameRate = attributes.frameRate ?? attributes.framerate ?? "24";
    if (kind && field) media.push({ name, kind, field, isList: list !== undefined, frameRate });
    const shape = SHAPES.find((each) => tag === each || tag === `${each}labels`);
    if (!shape || !toName) return;
    const labels = attributes.value?.startsWith("$") ? undefined : labelsOf(children);
    controls.push({ name, toNames: toName.split(/\s*,\s*/), type: tag, shape, labels });
  });
  if (media.length === 0) {
    throw InputError.expected("label_config", 'an Image or Video with a value such as "$image"', "neither");
  }
  return { media, controls };
}

function walk(nodes: readonly Node[], visit: (tag: string, at: Attributes, children: Node[]) => void): void {
  for (const node of nodes) {
    const [tag] = Object.keys(node).filter((key) => key !== ":@");
    const children = tag === undefined ? undefined : node[tag];
    if (tag === undefined || !Array.isArray(children)) continue;
    visit(tag.toLowerCase(), (node[":@"] ?? {}) as Attributes, children);
    walk(children, visit);
  }
}

/** Results name a label by its alias, where it has one. */
function labelsOf(children: readonly Node[]): string[] {
  const labels: string[] = [];
  walk(children, (tag, { alias, value }) => {
    const name = alias ?? value;
    if (tag === "label" && name !== undefined) labels.push(name);
  });
  return labels;
}
