// What a partner's staff see of somebody of whom not all is shared with them: what is missing and why, first of all.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSeen, withBrowser } from './browser.mjs';
import { accessible, keep, signIn } from './console.mjs';
import { withDemo } from './demo.mjs';

const STORY = 'tests/scenarios/sharing.json';

test('a page begins with what is not shared and why, in sight, without barriers', { timeout: 180_000 }, () =>
  withDemo(
    '2026-06-02T11:30',
    (demo) =>
      withBrowser(async (browser) => {
        const beth = await signIn(browser, demo, 'beth', { javaScriptEnabled: false });
        await beth.getByText('Not all of this record is shared with you').waitFor();
        await keep(beth, 'caseload-partner');
        await beth.getByRole('link', { name: 'Mrs Ruth Amsel' }).click();
        const notice = beth.getByText(/Contact log: not shared with Northside Community Nursing, since the person objects/);
        assert.ok(await isSeen(notice), 'what is missing is not in sight');
        assert.equal(await beth.getByText('bills').count(), 0, 'she reads what is not shared');
        await keep(beth, 'person-partner');

        const page = await signIn(browser, demo, 'beth');
        await accessible(page, 'the caseload of a partner');
        await page.getByRole('link', { name: 'Mrs Ruth Amsel' }).click();
        await notice.waitFor();
        await accessible(page, 'a person of whom not all is shared');

        const dora = await signIn(browser, demo, 'dora');
        await keep(dora, 'caseload-partner-manager');
        await dora.getByRole('link', { name: 'Name not shared with you' }).click();
        await dora.getByText('Plan: not shared with Northside Community Nursing').waitFor();
        assert.equal(await dora.getByText('Ruth').count(), 0, 'the plan is not shared, and the name stands in it');
        await keep(dora, 'person-partner-manager');
        await accessible(dora, 'a person of whom little is shared');
      }),
    STORY,
  ),
);
