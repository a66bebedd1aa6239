/** Opens the file picker; set by the app. */
export const picker: { open: () => void } = { open: () => undefined };
