/**
 * A runtime that adds up how long the sessions of each name run.
 *
 * @param {import("@sam2js/core").Runtime} runtime
 * @param {Map<string, number>} seconds  by the name of a graph; what runs is added
 * @returns {import("@sam2js/core").Runtime}
 */
export function timedRuntime(runtime, seconds) {
  const createSession = async (description, options) => {
    const session = await runtime.createSession(description, options);
    const run = async (inputs, settings) => {
      const start = performance.now();
      const outputs = await session.run(inputs, settings);
      const spent = (performance.now() - start) / 1000;
      seconds.set(description.name, (seconds.get(description.name) ?? 0) + spent);
      return outputs;
    };
    return bound(session, { run });
  };
  return bound(runtime, { createSession });
}

/** An object with some methods replaced; private fields behind the others go on working. */
function bound(object, replaced) {
  return new Proxy(object, {
    get(target, key) {
      if (Object.hasOwn(replaced, key)) return replaced[key];
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
