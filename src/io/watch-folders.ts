/**
 * Waiting for something to change in folders. The folders are watched, not the files: editors write beside a file and rename, which leaves
 * whoever watches the file with one that is gone.
 */
import { type FSWatcher, statSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from '../diagnostics/failure.ts';
import { errorCode } from './read-file.ts';

/** Folders that are watched. */
export type FolderWatch = {
  /** Watches these folders (absolute) from now on and no others; in the place of one that is not there, the nearest one above it. */
  follow(folders: Iterable<string>): void;
  /** Resolves to true once something has changed since the last call and it has become quiet again; to false once the watch is over. */
  changed(): Promise<boolean>;
  isOpen(): boolean;
  /** Ends the watch. */
  close(): void;
};

/** How long nothing must happen before a change counts as made (milliseconds): one save is several events. */
const QUIET = 100;

/** How long is waited for that at most: something may write all the time. */
const LONGEST = 2_000;

/** A folder that is watched. A number of its own tells whether it is still the one of this name. */
type Watched = { readonly watcher: FSWatcher; readonly identity: string };

/** Starts a watch of nothing. */
export function watchFolders(): FolderWatch {
  const watched = new Map<string, Watched>();
  const state = { dirty: false, open: true, wake: () => {} };
  const notice = () => {
    state.dirty = true;
    state.wake();
  };
  return {
    follow(folders) {
      const wanted = new Map([...folders].map(existing));
      for (const [folder, { watcher, identity }] of watched) {
        if (wanted.get(folder) === identity) continue;
        watcher.close();
        watched.delete(folder);
      }
      for (const [folder, identity] of wanted) {
        if (state.open && !watched.has(folder)) watched.set(folder, { watcher: open(folder, notice), identity });
      }
    },
    async changed() {
      while (state.open && !state.dirty) await new Promise<void>((resolve) => setWake(state, resolve));
      const begun = performance.now();
      while (state.open && state.dirty) {
        state.dirty = false;
        await pause(state);
        if (performance.now() - begun > LONGEST) break;
      }
      state.dirty = false;
      return state.open;
    },
    isOpen: () => state.open,
    close() {
      state.open = false;
      for (const { watcher } of watched.values()) watcher.close();
      watched.clear();
      state.wake();
    },
  };
}

type State = { dirty: boolean; open: boolean; wake: () => void };

function setWake(state: State, wake: () => void): void {
  state.wake = wake;
}

/** Waits until it was quiet for a while, or something happens. */
function pause(state: State): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, QUIET);
    setWake(state, () => {
      clearTimeout(timer);
      // What happens next to each other is one change.
      setTimeout(resolve, QUIET / 2);
    });
  });
}

/** The folder, or the nearest one above it that is there, with what tells it from others. */
function existing(folder: string): readonly [folder: string, identity: string] {
  try {
    const { dev, ino, birthtimeMs } = statSync(folder);
    return [folder, `${dev} ${ino} ${birthtimeMs}`];
  } catch (error) {
    if (dirname(folder) === folder) throw error;
    return existing(dirname(folder));
  }
}

function open(folder: string, notice: () => void): FSWatcher {
  try {
    const watcher = watch(folder, notice);
    // A folder that goes away is a change, and its parent is looked at then.
    watcher.on('error', notice);
    return watcher;
  } catch (cause) {
    throw new Failure('not-watchable', {
      message: `${folder} cannot be watched: ${errorCode(cause) ?? String(cause)}.`,
      why: 'The system sets a limit to how many folders can be watched, or has no way to watch this one.',
      advice: 'Raise the limit (on Linux fs.inotify.max_user_watches), or run msgctl gen without --watch.',
      cause,
    });
  }
}
