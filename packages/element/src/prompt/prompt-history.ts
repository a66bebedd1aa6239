import { type ElementPrompt, NO_PROMPT } from "./prompt.js";

/** The prompts of a picture, newest last. */
export class PromptHistory {
  #steps: ElementPrompt[] = [NO_PROMPT];

  get current(): ElementPrompt {
    return this.#steps.at(-1) ?? NO_PROMPT;
  }

  push(prompt: ElementPrompt): void {
    this.#steps.push(prompt);
  }

  /** Goes one step back. @returns whether there was one */
  undo(): boolean {
    return this.#steps.length > 1 && this.#steps.pop() !== undefined;
  }

  /** Forgets everything. */
  reset(): void {
    this.#steps = [NO_PROMPT];
  }
}
