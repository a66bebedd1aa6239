import { ConfigError } from "../errors/errors.js";
import { type Field, type FieldTable, refuse, type Values } from "./field.js";
import { cloneJson, isJsonObject, type JsonObject } from "./json.js";
import { writeJson } from "./write-json.js";

/** What every config can do. */
export interface ConfigMethods<F extends FieldTable> {
  /** A copy with other settings, checked like a file. @throws {ConfigError} a name or value is not valid */
  with(overrides: Partial<Values<F>>): this;
  /** The reference's snake_case object: every setting, and the keys that sam2js does not know as they were. */
  toJSON(): JsonObject;
  /**
   * The text of a `config.json` that the reference reads: its floats keep their decimal point (`4.0`), which
   * `JSON.stringify` drops and the reference insists on.
   */
  stringify(): string;
}

/** Constructor and readers of a config whose settings are the table `F`. */
export interface ConfigClass<F extends FieldTable> {
  new (state: ConfigState<F>): Values<F> & ConfigMethods<F>;
  /**
   * Reads the object of a `config.json`. Missing keys get the reference's defaults, unknown ones are kept.
   *
   * @param json  what `JSON.parse` gave
   * @param path  where the object stands, for messages; empty for a whole file
   * @throws {ConfigError} a setting is not valid, or asks for what the reference cannot run
   */
  parse<C>(this: new (state: ConfigState<F>) => C, json: unknown, path?: string): C;
  /** The reference's defaults: SAM 2.1 hiera-tiny. */
  defaults<C>(this: new (state: ConfigState<F>) => C): C;
}

/** What a constructor takes; made by `parse`, `defaults` and `with` only. */
export interface ConfigState<F extends FieldTable> {
  readonly values: Values<F>;
  /** The file's own object, without known meaning. */
  readonly raw: JsonObject;
}

export interface ConfigDefinition<F extends FieldTable> {
  readonly fields: F;
  /** Accepted values of `model_type`; the first is written where the file had none. */
  readonly modelTypes: readonly [string, ...string[]];
  /** By `model_type` of a larger model's file: the keys that lead to this part of it. */
  readonly partOf?: Readonly<Record<string, readonly string[]>>;
  /** Renames and merges keys of older files. */
  readonly migrate?: (json: JsonObject) => JsonObject;
  /** Brings dependent settings in line where the reference ignores one of them. */
  readonly normalise?: (values: Values<F>) => Values<F>;
  /** Rules between settings. @throws {ConfigError} one is broken */
  readonly check: (values: Values<F>, at: (key: string) => string) => void;
}

/** Makes the base class of a config from the table of its settings. */
export function defineConfig<F extends FieldTable>(definition: ConfigDefinition<F>): ConfigClass<F> {
  const { fields, modelTypes, partOf = {} } = definition;
  const names = Object.entries(fields).map(([name, field]) => ({ name, key: snakeCase(name), field }));

  function settle(values: Values<F>, path: string): Values<F> {
    const settled = definition.normalise?.(values) ?? values;
    definition.check(settled, (key) => join(path, key));
    return settled;
  }

  class Config {
    readonly #raw: JsonObject;

    constructor(state: ConfigState<F>) {
      const { values, raw } = (state ?? {}) as Partial<ConfigState<F>>;
      if (!values || !raw) {
        const expected = `${new.target.name}.parse(json) or ${new.target.name}.defaults()`;
        throw new ConfigError(
          `${new.target.name}: expected ${expected}, got its constructor; call one of these`,
          { name: new.target.name, expected, got: state },
        );
      }
      this.#raw = raw;
      for (const { name } of names) {
        Object.defineProperty(this, name, { value: values[name], enumerable: true });
      }
      Object.freeze(this);
    }

    static parse(this: new (state: ConfigState<F>) => Config, json: unknown, path = ""): Config {
      const found = findPart(json, path);
      const raw = cloneJson(definition.migrate?.(found.json) ?? found.json) as JsonObject;
      checkModelType(raw, found.path);
      const values = Object.fromEntries(
        names.map(({ name, key, field }) => [
          name,
          Object.hasOwn(raw, key) ? field.read(raw[key], join(found.path, key)) : field.fallback(),
        ]),
      ) as Values<F>;
      return new this({ values: settle(values, found.path), raw });
    }

    static defaults(this: new (state: ConfigState<F>) => Config): Config {
      const values = Object.fromEntries(names.map(({ name, field }) => [name, field.fallback()]));
      return new this({ values: settle(values as Values<F>, ""), raw: {} });
    }

    with(overrides: Partial<Values<F>>): Config {
      const changes = new Map<string, unknown>(Object.entries(overrides));
      const values = Object.fromEntries(
        names.map(({ name, field }) => {
          const value = changes.get(name);
          changes.delete(name);
          const current: unknown = Reflect.get(this, name);
          return [name, value === undefined ? current : field.read(value, name)];
        }),
      ) as Values<F>;
      for (const name of changes.keys()) {
        throw new ConfigError(
          `${name}: is no setting of this config; known are ${names.map((n) => n.name).join(", ")}`,
          {
            path: name,
          },
        );
      }
      const Type = this.constructor as new (state: ConfigState<F>) => Config;
      return new Type({ values: settle(values, ""), raw: this.#raw });
    }

    toJSON(): JsonObject {
      const known = names.map(({ name, key, field }): [string, unknown] => [
        key,
        field.write(Reflect.get(this, name)),
      ]);
      const model_type = this.#raw.model_type ?? modelTypes[0];
      return { ...(cloneJson(this.#raw) as JsonObject), ...Object.fromEntries(known), model_type };
    }

    stringify(): string {
      return writeJson(this.toJSON(), this.floatPaths());
    }

    /** Keys, joined by dots, whose numbers must look like floats. */
    floatPaths(prefix = ""): ReadonlySet<string> {
      const paths = new Set<string>();
      for (const { name, key, field } of names) {
        if (field.isFloat === true) paths.add(prefix + key);
        else if (field.isFloat) for (const member of field.isFloat) paths.add(`${prefix}${key}.${member}`);
        const value: unknown = Reflect.get(this, name);
        if (hasFloatPaths(value)) for (const path of value.floatPaths(`${prefix}${key}.`)) paths.add(path);
      }
      return paths;
    }
  }

  function findPart(json: unknown, path: string): { json: JsonObject; path: string } {
    let part = json;
    let at = path;
    const whole = isJsonObject(json) && path === "" ? json.model_type : undefined;
    const keys = typeof whole === "string" && Object.hasOwn(partOf, whole) ? partOf[whole] : undefined;
    for (const key of keys ?? []) {
      part = isJsonObject(part) && Object.hasOwn(part, key) ? (part[key] ?? {}) : {};
      at = join(at, key);
      if (!isJsonObject(part)) break;
    }
    if (!isJsonObject(part)) {
      refuse(at, "an object", part, "check that the file is the config.json of a SAM 2 model");
    }
    return { json: part, path: at };
  }

  function checkModelType(raw: JsonObject, path: string): void {
    const type = Object.hasOwn(raw, "model_type") ? raw.model_type : undefined;
    if (type === undefined || type === null || modelTypes.some((known) => known === type)) return;
    refuse(
      join(path, "model_type"),
      modelTypes.map((known) => `"${known}"`).join(" or "),
      type,
      "this is the config of another kind of model",
    );
  }

  return Config as unknown as ConfigClass<F>;
}

/**
 * A config inside another one. Missing and `null` mean its defaults; an instance is taken as it is.
 *
 * @param modelType  what is written as its `model_type` where the file had none
 */
export function part<C>(type: new (state: never) => C, modelType: string): Field<C> {
  const { parse } = type as unknown as { parse(this: unknown, json: unknown, path: string): C };
  const defaults = { model_type: modelType };
  return {
    fallback: () => parse.call(type, defaults, ""),
    read: (value, path) => {
      if (value instanceof type) return value;
      return parse.call(type, isJsonObject(value) ? { ...defaults, ...value } : (value ?? defaults), path);
    },
    write: (value) => (value as { toJSON?(): unknown }).toJSON?.(),
  };
}

function hasFloatPaths(value: unknown): value is { floatPaths(prefix: string): Iterable<string> } {
  return typeof value === "object" && value !== null && "floatPaths" in value;
}

function join(path: string, key: string): string {
  return path ? `${path}.${key}` : key;
}

/** `numPointEmbeddings` → `num_point_embeddings`, `numLatents2d` → `num_latents_2d`. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]|(?<=[a-z])\d/g, (letter) => `_${letter.toLowerCase()}`);
}
