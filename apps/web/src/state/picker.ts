/** Opens pickers of files; set by the app. */
export const picker: {
  /** Photos, videos and projects. */
  open: () => void;
  /** A folder of photos, of labels, or of both. @param isLabels  pictures in it are masks */
  openFolder: (isLabels?: boolean) => void;
  /** Labels for photos that are open. */
  openLabels: () => void;
} = { open: () => undefined, openFolder: () => undefined, openLabels: () => undefined };
