import { InputError } from "@sam2js/core";

/** What an hour of one machine costs. */
export interface MachinePrice {
  readonly perHour: number;
  /** Such as `EUR`; empty where none was given. */
  readonly currency: string;
}

/** What a batch has cost so far. */
export interface BatchCost {
  /** Hours of machines, whole ones: a worker that does n shards at a time spends an n-th of its time on each. */
  readonly machineHours: number;
  readonly amount: number;
  readonly currency: string;
}

const HOUR_MS = 3_600_000;

/** Reads `0.40`, `0.40EUR` or `"0.40 EUR"`. @throws {InputError} it is no price */
export function machinePrice(text: string): MachinePrice {
  const [, amount, currency = ""] = /^(\d+(?:\.\d+)?)\s*(\p{L}+|\p{Sc})?$/u.exec(text.trim()) ?? [];
  if (amount === undefined) {
    throw InputError.expected("--cost-per-hour", "a number and perhaps a currency, such as 0.40EUR", text);
  }
  return { perHour: Number(amount), currency };
}

/** What the time of machines costs. */
export function costOf(machineMs: number, { perHour, currency }: MachinePrice): BatchCost {
  const machineHours = machineMs / HOUR_MS;
  return { machineHours, amount: machineHours * perHour, currency };
}

/** `0.17 EUR (0.42 machine hours)`. */
export function costText({ machineHours, amount, currency }: BatchCost): string {
  return `${readable(amount)}${currency && ` ${currency}`} (${readable(machineHours)} machine hours)`;
}

/** Two places, and more where nothing but zeros would be left. */
function readable(value: number): string {
  return value === 0 || value >= 0.1 ? value.toFixed(2) : value.toPrecision(2);
}
