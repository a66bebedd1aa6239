import {
  checkOptions,
  type PlaceWeights,
  type SessionDescription,
  type TensorType,
  type ValueTypes,
  type WeightTable,
} from "@sam2js/core";
import { checkConfig, checkWeights } from "../arguments/check-arguments.js";
import { digest } from "../builder/digest.js";
import { GraphBuilder, type GraphForm, type TypedValue } from "../builder/graph-builder.js";
import type { InputShape, InputValues } from "../builder/input-shape.js";
import { serialize } from "../builder/serialize.js";
import { tableSource, Weights } from "../weights/weights.js";

/** Inputs by name; one that a variant has not is undefined. */
type Inputs = Readonly<Record<string, InputShape | undefined>>;
type Outputs = Readonly<Record<string, TypedValue<TensorType>>>;

/** Inputs by name with their types; those that a variant never has are left out. */
type InputTypes<I> = {
  [N in keyof I as [NonNullable<I[N]>] extends [never] ? never : N]: I[N] extends
    | InputShape<infer T>
    | undefined
    ? T
    : never;
};
/** Outputs by name with their types. */
type OutputTypes<O> = {
  [N in keyof O]: NonNullable<O[N]> extends { readonly type: infer T extends TensorType } ? T : never;
};

/** How a kind of graph is written. Names and types of its inputs and outputs are known to the compiler from here on. */
interface GraphDefinition<Config, Options, I extends Inputs, O extends Outputs> {
  /** For people: `"image-encoder"`. */
  readonly name: string;
  /** The names of its options. */
  readonly options: readonly (keyof Options & string)[];
  /** Members of the config that the graph is made from. */
  readonly parts: readonly (keyof Config & string)[];
  /** What a run takes in a variant, in the order of the graph. */
  inputs(config: Config, options: Options): I;
  /** Writes the nodes and hands out what a run gives. */
  write(inputs: InputValues<I>, w: Weights, config: Config, options: Options): O;
}

/** Options may be left out where each of them may be. */
type Given<Options> = Record<never, never> extends Options ? [options?: Options] : [options: Options];

/** A kind of graph: called, it describes the session of a config, a checkpoint and a variant. */
export interface Graph<Config, Options, I extends ValueTypes, O extends ValueTypes> {
  /** @throws {CheckpointError} a weight is missing or has another shape than the config implies */
  (config: Config, weights: WeightTable, ...options: Given<Options>): SessionDescription<I, O>;
  /** The same kind, written down in another form: `inForm({ sizes: { P: 1 } })`. */
  inForm(form: GraphForm): (...args: Parameters<Graph<Config, Options, I, O>>) => SessionDescription<I, O>;
  /** Writes it down, for its weights and its work. */
  write(graph: GraphBuilder, w: Weights, config: Config, options: Options): void;
}

/** Makes a kind of graph of its definition. Mistakes show when a session is described; bytes are made by `build()`. */
export function defineGraph<Config, Options, I extends Inputs, O extends Outputs>(
  definition: GraphDefinition<Config, Options, I, O>,
): Graph<Config, Options, InputTypes<I>, OutputTypes<O>> {
  const { name } = definition;
  const write = (graph: GraphBuilder, w: Weights, config: Config, options: Options) => {
    checkConfig(config, ...definition.parts);
    const shapes = Object.entries(definition.inputs(config, options));
    const values = shapes.flatMap(([key, shape]) =>
      shape ? [[key, graph.input(key, shape.type, shape.dims, shape.isWide)]] : [],
    );
    const results = definition.write(Object.fromEntries(values), w, config, options);
    for (const [key, value] of Object.entries(results)) graph.output(key, value);
  };
  const inForm =
    (form: GraphForm) =>
    (config: Config, weights: WeightTable, ...[options]: Given<Options>) => {
      checkOptions(options, definition.options, `options of the graph ${name}`);
      checkWeights(weights);
      const graph = new GraphBuilder(name, form);
      write(graph, new Weights(graph, tableSource(weights)), config, options ?? ({} as Options));
      return {
        name,
        digest: digest(graph, weights),
        inputs: graph.inputs,
        outputs: graph.outputs.map(({ info }) => info),
        build: (place?: PlaceWeights) => serialize(graph, weights, place),
      };
    };
  return Object.assign(inForm({}), { inForm, write });
}
