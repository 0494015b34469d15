/** Where a project is read from: the working tree, a git revision, a directory. Implemented in `io/`. */
export interface ProjectReader {
  /** For people: `the working tree`, `main (3f2a9c1)`. */
  readonly label: string;
  /** The text of a file, by its path relative to the project's root. Throws `Failure` when it cannot be read. */
  readText(path: string): Promise<string>;
  /** Whether a file is there; a folder is none. */
  exists(path: string): Promise<boolean>;
  /** The files that match any of the globs, sorted. */
  listFiles(globs: readonly string[]): Promise<readonly string[]>;
  /** A variable of the environment, for `${NAME}`. */
  variable(name: string): string | undefined;
}
