/** Which names a file or folder can have on every system that a project may be checked out on. Pure. */
import { isDeviceName } from '../../contract/device-names.ts';

/** Characters that no path of Windows holds. */
const NOT_ON_WINDOWS = /[<>:"|?*\\]/;
/** Characters that cannot be seen, or that change how others are shown. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** Why a file or folder of this name is none everywhere, in a sentence; undefined where it is. */
export function portableNameProblem(name: string): string | undefined {
  if (INVISIBLE.test(name)) return 'It holds a character that cannot be seen.';
  if (isDeviceName(name)) return 'Windows keeps this name for a device, so nobody could check the project out there.';
  if (NOT_ON_WINDOWS.test(name)) return 'Windows has no folder with < > : " | ? * or \\ in its name.';
  if (/[. ]$/.test(name)) return 'Windows has no folder whose name ends with a dot or a blank.';
  return undefined;
}
