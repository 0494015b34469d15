/** Devices of Windows, whatever stands behind a dot and however they are written. */
const DEVICE = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/** Whether Windows keeps a name for a device, so that no file or folder is called so there. */
export function isDeviceName(name: string): boolean {
  return DEVICE.test(name);
}
