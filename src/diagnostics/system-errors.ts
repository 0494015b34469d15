/** What the system's codes of errors mean, for the middle of a sentence. */
const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not',
  EBUSY: 'something else uses it',
  EDQUOT: 'the quota of this user is used up',
  EIO: 'the disk failed',
  EISDIR: 'it is a folder',
  ELOOP: 'its symbolic links lead in a circle',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'its name is too long',
  ENFILE: 'too many files are open',
  ENOENT: 'its folder is not there',
  ENOSPC: 'there is no room left',
  ENOTDIR: 'a part of its path is no folder',
  EPERM: 'this user may not',
  EROFS: 'its file system takes no changes',
  ETXTBSY: 'something else runs it',
};

/** A system's code in words, the code with it for whoever looks it up: `there is no room left (ENOSPC)`; as it is where it is not known here. */
export function describeSystemError(code: string): string {
  return Object.hasOwn(WORDS, code) ? `${WORDS[code]} (${code})` : code;
}
