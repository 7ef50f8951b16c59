// The three console pages in a real browser, over the played wound care story: what a nurse and a supervisor see.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSeen, openPage, withBrowser } from './browser.mjs';
import { accessible, keep, signIn } from './console.mjs';
import { withDemo } from './demo.mjs';

test('before her visit on Thursday the nurse sees all that changed without scrolling', { timeout: 180_000 }, () =>
  withDemo('2026-03-05T10:55', (demo) =>
    withBrowser(async (browser) => {
      const first = await openPage(browser, `${demo.console}/sign-in`);
      await accessible(first, 'the sign-in');
      await keep(first, 'sign-in');

      const page = await signIn(browser, demo, 'beth');
      await accessible(page, 'the caseload');
      await keep(page, 'caseload');
      await page.getByRole('link', { name: /Grace/ }).first().click();

      const now = page.locator('#now');
      await now.waitFor();
      await keep(page, 'aligned-notes');
      const row = (label) => now.getByRole('row', { name: label });
      const shown = {
        'strike-through': row(/Strike-through/i),
        'the change of pain': row(/Pain at rest/i),
        'T2 with its state': now.locator('.met', { hasText: /pain/i }).first(),
        'what was not recorded': now.locator('.gaps'),
      };
      for (const [what, locator] of Object.entries(shown)) {
        assert.ok(await isSeen(locator), `${what} is not in the first viewport`);
      }
      assert.match(await row(/Strike-through/i).innerText(), /leaking/i);
      assert.match(await row(/Pain at rest/i).innerText(), /4\D+5/);
      assert.match(await shown['T2 with its state'].innerText(), /answered/i);
      const gaps = await shown['what was not recorded'].innerText();
      assert.match(gaps, /strike-through/i);
      assert.match(gaps, /smell/i);
      await accessible(page, 'the notes');

      // What she reads now is not what the plan said on Monday.
      await page.getByRole('link', { name: 'The whole plan' }).click();
      await page.getByRole('heading', { name: /What the plan says/ }).waitFor();
      await keep(page, 'plan');
      const intervals = page.locator('li', { hasText: /How often, in minutes: .* \(people differ about this\)/ });
      assert.equal(await intervals.count(), 2, 'two versions stand');
      await page.getByLabel(/at the end of this day/).fill('2026-03-02');
      await page.getByRole('button', { name: 'Show' }).click();
      await page.getByRole('heading', { name: /What the plan said on 2026-03-02/ }).waitFor();
      assert.equal(await intervals.count(), 0);
      await keep(page, 'plan-on-monday');
      await accessible(page, 'the plan of an earlier day');
    }),
  ),
);

test('on Friday the supervisor chooses and declines, and nothing waits any more', { timeout: 180_000 }, () =>
  withDemo('2026-03-06T08:59', (demo) =>
    withBrowser(async (browser) => {
      const page = await signIn(browser, demo, 'sam', { javaScriptEnabled: false });
      await page.goto(`${demo.console}/inbox`);
      const conflict = page.locator('[data-conflict-field="interval_min"]');
      assert.equal(await conflict.locator('[data-candidate-value]').count(), 2);
      const held = page.locator('[data-held-edit]');
      assert.equal(await held.count(), 1);
      await keep(page, 'inbox');

      await held.getByLabel(/Your reason/).fill('the same interval was chosen');
      await held.getByRole('button', { name: 'Decline' }).click();
      assert.equal(await page.locator('[data-held-edit]').count(), 0);

      await page.locator('[data-candidate-value="120"]').getByRole('button').click();
      assert.equal(await page.locator('[data-conflict-field]').count(), 0);
      await page.getByText('Nothing is waiting for you.').waitFor();
    }),
  ),
);

test('the inbox has no barriers, and a wrong password says nothing about the account', { timeout: 180_000 }, () =>
  withDemo('2026-03-06T08:59', (demo) =>
    withBrowser(async (browser) => {
      const inbox = await signIn(browser, demo, 'sam');
      await inbox.goto(`${demo.console}/inbox`);
      await accessible(inbox, 'the inbox');

      const refusals = [];
      for (const username of ['beth', 'nobody']) {
        const page = await openPage(browser, `${demo.console}/sign-in`);
        await page.getByLabel('Username').fill(username);
        await page.getByLabel('Password').fill('not the password');
        await page.getByRole('button', { name: 'Sign in' }).click();
        refusals.push(await page.getByRole('alert').innerText());
      }
      assert.equal(refusals[0], refusals[1]);
    }),
  ),
);
