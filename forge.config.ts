import { createRequire } from 'node:module';
import { FuseV1Options, FuseVersion } from '@electron/fuses';
import { MakerDeb } from '@electron-forge/maker-deb';
import { MakerZIP } from '@electron-forge/maker-zip';
import { FusesPlugin } from '@electron-forge/plugin-fuses';
import type { ForgeConfig } from '@electron-forge/shared-types';
import { ensureBuilt } from './src/launch/ensure-built.ts';

/** All that the app needs is in the bundles: everything else stays out of the package. */
const shipped = /^\/(package\.json|\.vite(\/(build|renderer)(\/.*)?)?)?$/;
/** These are for plain Node, and find their dependencies in node_modules. */
const forNodeOnly =
  /^\/\.vite\/build\/(?!(main|preload|image-inspection-worker)\.cjs$|sql-wasm\.wasm$).+/;

const config: ForgeConfig = {
  packagerConfig: {
    asar: true,
    executableName: 'sweatshop',
    appBundleId: 'app.sweatshop',
    appCategoryType: 'public.app-category.developer-tools',
    win32metadata: { CompanyName: 'SweatShop', FileDescription: 'SweatShop' },
    ignore: (file: string) => file !== '' && (!shipped.test(file) || forNodeOnly.test(file)),
    // Where there is no network, the archives of Electron lie in a folder.
    ...(process.env.ELECTRON_ZIP_DIR ? { electronZipDir: process.env.ELECTRON_ZIP_DIR } : {}),
  },
  hooks: {
    prePackage: async () => {
      await ensureBuilt();
    },
  },
  makers: [
    new MakerZIP({}, ['linux', 'win32', 'darwin']),
    ...(hasDebInstaller()
      ? [new MakerDeb({ options: { categories: ['Development'] } }, ['linux'])]
      : []),
  ],
  plugins: [
    new FusesPlugin({
      version: FuseVersion.V1,
      [FuseV1Options.RunAsNode]: false,
      [FuseV1Options.EnableCookieEncryption]: true,
      [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
      [FuseV1Options.EnableNodeCliInspectArguments]: false,
      [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
      [FuseV1Options.OnlyLoadAppFromAsar]: true,
      [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
      // Signing again needs a program that only macOS has.
      ...(process.platform === 'darwin' ? {} : { resetAdHocDarwinSignature: false }),
    }),
  ],
};

// Forge loads its configuration by the default export.
export default config;

/** An npm run by an old Node leaves this optional dependency of the maker out; then only the archive is made. */
function hasDebInstaller(): boolean {
  try {
    createRequire(import.meta.url).resolve('electron-installer-debian');
    return true;
  } catch {
    return false;
  }
}
