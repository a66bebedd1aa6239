/** What callers call an object. */
export type ObjectId = number | string;
