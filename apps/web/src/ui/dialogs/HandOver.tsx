import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { ExportedFile } from "../../protocol/engine.js";
import { canSaveIntoFolder, canShare, copy, saveIntoFolder, share } from "../../state/exporting.js";
import { report } from "../../state/problems.js";
import { closerOfThis } from "../../state/session.js";
import { words } from "../../words/words.js";
import { Icon, type IconName } from "../icons.js";

/** What can be done with a file beside downloading it, as far as this browser can. */
export function HandOver({ file }: { readonly file: ExportedFile | null }): JSX.Element {
  const { export: text, wrong } = words();
  const [copied, setCopied] = useState<ExportedFile | null>(null);
  const isCopied = file !== null && copied === file;
  const isZip = file?.name.endsWith(".zip") ?? false;
  // Clipboards take no other pictures.
  const isCopyable = file !== null && !isZip && !/\.(webp|jpg)$/.test(file.name);
  return (
    <>
      <Way
        testId="copy"
        icon={isCopied ? "ok" : "copy"}
        name={isCopied ? text.copied : text.copy}
        failure={wrong.copy}
        run={isCopyable ? () => copy(file).then(() => setCopied(file)) : undefined}
      />
      {file && canShare(file) && (
        <Way testId="share" icon="out" name={text.share} failure={wrong.share} run={() => share(file)} />
      )}
      {isZip && file && canSaveIntoFolder() && (
        <Way
          testId="save-into-folder"
          icon="folder"
          name={text.intoFolder}
          failure={wrong.export}
          run={() => saveIntoFolder(file)}
        />
      )}
    </>
  );
}

function Way(props: {
  readonly testId: string;
  readonly icon: IconName;
  readonly name: string;
  readonly failure: string;
  /** Left out = not with this file. */
  readonly run: (() => Promise<void>) | undefined;
}): JSX.Element {
  const { testId, icon, name, failure, run } = props;
  return (
    <button
      type="button"
      class="button large"
      data-testid={testId}
      disabled={!run}
      onClick={() => {
        const close = closerOfThis();
        run?.().catch((error) => {
          close();
          report(error, failure);
        });
      }}
    >
      <Icon name={icon} />
      {name}
    </button>
  );
}
