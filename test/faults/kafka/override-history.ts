export interface Version {
  readonly epoch: number;
  readonly version: number;
}

/** A snapshot as it stands in the log. */
export interface PublishedSnapshot extends Version {
  readonly jws: string;
}

/** What one SDK has done. */
export interface SdkHistory {
  readonly applied: readonly Version[];
  /** By its own account. */
  readonly accepted: number;
  /** The signed text of each version that it was sent. */
  readonly sent: ReadonlyMap<string, string>;
}

/** Below 0: the first is older. */
export function compareVersions(one: Version, other: Version): number {
  return one.epoch - other.epoch || one.version - other.version;
}

export function versionText({ epoch, version }: Version): string {
  return `${epoch}.${version}`;
}

/** The log holds one line of versions, whoever led: a leader that was superseded has added nothing. */
export function publishedFaults(published: readonly PublishedSnapshot[]): string[] {
  return published.flatMap((snapshot, index) => {
    const before = published[index - 1];
    return before === undefined || compareVersions(before, snapshot) < 0 ? [] : [`${versionText(snapshot)} was published after ${versionText(before)}`];
  });
}

/** An SDK may miss some; what it applies rises, and is what was published under that version. */
export function historyFaults({ applied, accepted, sent }: SdkHistory, published: ReadonlyMap<string, PublishedSnapshot>): string[] {
  const faults = applied.flatMap((snapshot, index) => {
    const before = applied[index - 1];
    const text = versionText(snapshot);
    const known = published.get(text);
    return [
      ...(before === undefined || compareVersions(before, snapshot) < 0 ? [] : [`applied ${text} after ${versionText(before)}`]),
      ...(known === undefined ? [`applied ${text}, which was never published`] : []),
      ...(known !== undefined && sent.get(text) !== known.jws ? [`applied another content of ${text} than was published`] : []),
    ];
  });
  return applied.length === accepted ? faults : [...faults, `accepted ${accepted} snapshots, and ${applied.length} were seen in force`];
}
