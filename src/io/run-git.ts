import { spawn } from 'node:child_process';
import { Failure } from '../diagnostics/failure.ts';
import { maskSecrets } from '../source/mask-secrets.ts';
import { errorCode } from './read-file.ts';

/** How one command of git ended. */
export type GitResult = { readonly code: number; readonly output: Buffer; readonly complaint: string };

/** Where git is run, and with which variables. */
export type GitPlace = { readonly folder: string; readonly environment: Readonly<Record<string, string | undefined>> };

/**
 * Runs git without a shell, each argument as it is, and gives what it wrote whatever its exit code. Throws a `Failure` where git is not
 * installed, where the folder is in no repository, and where git refuses the repository's owner.
 */
export async function runGit(place: GitPlace, args: readonly string[], input = ''): Promise<GitResult> {
  const result = await collect(place, args, input);
  if (result.code === 0) return result;
  if (/not a git repository/i.test(result.complaint)) throw notARepository();
  if (/dubious ownership/i.test(result.complaint)) throw foreignRepository();
  return result;
}

/** Runs git where only success makes sense; its standard output as text without the last line end. */
export async function askGit(place: GitPlace, args: readonly string[]): Promise<string> {
  const { code, output, complaint } = await runGit(place, args);
  if (code !== 0) throw gitFailed(args[0] ?? '', complaint);
  return output.toString('utf8').replace(/\n$/, '');
}

/** Runs a question of git that may have no answer: `undefined` where it ends with another code than 0. */
export async function tryGit(place: GitPlace, args: readonly string[]): Promise<string | undefined> {
  const { code, output } = await runGit(place, args);
  return code === 0 ? output.toString('utf8').replace(/\n$/, '') : undefined;
}

/** Something that git refused for a reason of its own. */
export function gitFailed(command: string, complaint: string): Failure {
  const said = maskSecrets(complaint.trim().split('\n').at(-1) ?? '');
  return new Failure('git-failed', {
    message: `git ${command} failed${said === '' ? '' : `: ${said}`}`,
    why: 'Without it the earlier version of the contracts cannot be read.',
    advice: 'Run the same command by hand to see what is wrong with the repository, or compare with a directory: --against DIR.',
  });
}

function collect({ folder, environment }: GitPlace, args: readonly string[], input: string): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['-c', 'core.fsmonitor=false', '-c', 'core.quotePath=false', ...args], {
      cwd: folder,
      env: gitEnvironment(environment),
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const output: Buffer[] = [];
    const complaint: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => complaint.push(chunk));
    child.on('error', (cause) => reject(errorCode(cause) === 'ENOENT' ? gitMissing(cause) : cause));
    child.on('close', (code) => {
      resolve({ code: code ?? 1, output: Buffer.concat(output), complaint: Buffer.concat(complaint).toString('utf8') });
    });
    // git may end before it has read everything; its exit code tells.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** Variables that decide how git may be used at all; the others would point it at another repository than the folder's. */
const KEPT = /^GIT_(CONFIG|SSH|ASKPASS|CEILING_DIRECTORIES|EXEC_PATH|TRACE)/;

function gitEnvironment(environment: GitPlace['environment']): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => !name.startsWith('GIT_') || KEPT.test(name));
  return { ...Object.fromEntries(kept), GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C', LANGUAGE: '' };
}

function gitMissing(cause: unknown): Failure {
  return new Failure('git-missing', {
    message: 'git is not installed, or not on the PATH.',
    why: 'Earlier versions of the contracts are read from the repository.',
    advice: 'Install git, or compare with a directory: --against DIR.',
    cause,
  });
}

function notARepository(): Failure {
  return new Failure('not-a-repository', {
    message: 'The project is not in a git repository.',
    why: 'Earlier versions of the contracts are read from the repository.',
    advice: 'Run it in a clone, or compare with a directory: --against DIR.',
  });
}

function foreignRepository(): Failure {
  return new Failure('foreign-repository', {
    message: 'git refuses the repository because it belongs to another user.',
    why: 'Earlier versions of the contracts are read from the repository.',
    advice: 'Tell git that you trust it: git config --global --add safe.directory "$PWD", in the root of the repository.',
  });
}
