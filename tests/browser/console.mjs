// Signing in to the console, keeping pictures, and looking for barriers: what every test of its pages does.
//
// PICTURES names a folder for screenshots; without it none are kept.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { openPage, picture, violations } from './browser.mjs';

export async function keep(page, name, options) {
  if (process.env.PICTURES) {
    await picture(page, join(process.env.PICTURES, `${name}.png`), options);
  }
}

export async function accessible(page, what) {
  assert.deepEqual(await violations(page), [], `${what} has barriers`);
}

export async function signIn(browser, demo, username, options) {
  const page = await openPage(browser, `${demo.console}/sign-in`, options);
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill(demo.passwords[username]);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Caseload' }).waitFor();
  return page;
}
