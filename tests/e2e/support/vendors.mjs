// What differs from one vendor to the other, for tests that both have to pass.

export const APPLIVERY = {
  name: 'Applivery',
  key: 'applivery',
  /** Kinds of commands as the simulator is asked for them, and as the page calls them. */
  kinds: ['LOCK', 'REBOOT', 'WIPE'],
  operations: {
    check: 'applivery.organization',
    list: 'applivery.list',
    get: 'applivery.get',
    cancel: 'applivery.cancel',
    devices: 'applivery.devices',
  },
  entered: ({ applivery }) => ({
    'Base URL': applivery.base_url,
    Organization: applivery.org,
    Token: applivery.token,
  }),
  secrets: ({ applivery }) => [applivery.token],
  /** A device that keeps every rule and does not exist. */
  stranger: 'applivery:NOSUCHDEVICE1',
};

export const ENOS = {
  name: 'EnOS',
  key: 'enos',
  kinds: ['stop_turbine', 'start_turbine', 'active_power_limit'],
  /** Everything that waits on a device is cancelled by one call. */
  cancelsInOneCall: true,
  operations: {
    check: 'enos.token_get',
    list: 'enos.search',
    get: 'enos.get',
    cancel: 'enos.cancel',
    devices: 'enos.devices',
  },
  entered: ({ enos }) => ({
    'Base URL': enos.base_url,
    Organization: enos.org,
    'App key': enos.app_key,
    'App secret': enos.app_secret,
  }),
  secrets: ({ enos }) => [enos.app_key, enos.app_secret],
  stranger: 'enos:asset:NoSuchAsset1',
};

export const VENDORS = [APPLIVERY, ENOS];

/** A device's text as the page shows it: the vendor is plain there. */
export const short = (device) => device.slice(device.indexOf(':') + 1);

/** What the page calls a device, as a pattern: by its name, where it knows one, with the id beside it. */
export const called = (device) => `(?:.+ \\()?${short(device).replace(/[^\w]/g, '\\$&')}\\)?`;
