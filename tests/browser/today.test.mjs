// The supervisor's page of today in a real browser, over the played story of a carer's day: who asks for help, who has
// not left, what is not safe; and the answer that somebody is safe.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSeen, withBrowser } from './browser.mjs';
import { accessible, keep, signIn } from './console.mjs';
import { withDemo } from './demo.mjs';

const STORY = 'tests/scenarios/carers-day.json';

test('a call for help stands first, has no barriers, and goes once somebody knows that she is safe', { timeout: 180_000 }, () =>
  withDemo(
    '2026-05-11T10:16',
    (demo) =>
      withBrowser(async (browser) => {
        const page = await signIn(browser, demo, 'sam', { javaScriptEnabled: false });
        await page.getByRole('link', { name: /Today.*asked for help/ }).click();
        const help = page.getByRole('heading', { name: 'Amina asks for help' });
        assert.ok(await isSeen(help), 'the call for help is not in the first viewport');
        await page.getByRole('heading', { name: /Amina should have left/ }).waitFor();
        await page.getByText('the seat is loose').waitFor();
        await keep(page, 'today');

        const card = page.locator('section', { has: help });
        await card.getByLabel(/How do you know that Amina is safe/).fill('Rang the neighbour: she has left, police are with her');
        await card.getByRole('button', { name: 'They are safe' }).click();
        await page.getByText('Written down: your colleague is safe.').waitFor();
        assert.equal(await page.getByRole('heading', { name: 'Amina asks for help' }).count(), 0);
        await keep(page, 'today-answered');
      }),
    STORY,
  ),
);

test('the page of today, the key safe and the home folder have no barriers, and the folder prints without the page around it', { timeout: 180_000 }, () =>
  withDemo(
    '2026-05-11T10:16',
    (demo) =>
      withBrowser(async (browser) => {
        const page = await signIn(browser, demo, 'sam');
        await page.getByRole('link', { name: /Today/ }).click();
        await page.getByRole('heading', { name: 'Today', exact: true }).waitFor();
        await accessible(page, 'the page of today');
        await page.getByRole('link', { name: 'Mrs Ida Marsh' }).first().click();
        await page.getByRole('link', { name: 'Key safe' }).click();
        await page.getByLabel(/New code/).fill('C4471Z');
        await page.getByRole('button', { name: 'Set the code' }).click();
        await page.getByText('The new code is set.').waitFor();
        assert.ok(!(await page.content()).includes('C4471Z'), 'the code is shown');
        await accessible(page, 'the key safe');
        await keep(page, 'key-safe');
        await page.getByRole('link', { name: /Back to/ }).click();
        await page.getByRole('link', { name: 'Home folder' }).click();
        await page.getByText('Plan version 1, printed').waitFor();
        await accessible(page, 'the home folder');
        await page.emulateMedia({ media: 'print' });
        assert.ok(!(await page.getByRole('link', { name: 'Caseload' }).isVisible()), 'the page around it is printed');
        await keep(page, 'home-folder-print');
      }),
    STORY,
  ),
);

test('somebody without a visit is given a time on the page of the care team, which has no barriers, and it is ended there', { timeout: 180_000 }, () =>
  withDemo(
    '2026-05-11T10:16',
    (demo) =>
      withBrowser(async (browser) => {
        const page = await signIn(browser, demo, 'sam');
        await page.getByRole('link', { name: 'Mr Omar Said' }).first().click();
        await page.getByRole('link', { name: 'Care team' }).click();
        await page.getByRole('heading', { name: 'Care team: Mr Omar Said' }).waitFor();
        await page.getByLabel('Who').selectOption({ label: 'Kit (carer, Larkfield Homecare)' });
        await page.getByLabel('From').fill('2026-05-11T11:00');
        await page.getByLabel(/Until/).fill('2026-05-11T12:00');
        await page.getByRole('button', { name: 'Give access for this time' }).click();
        await page.getByText('The time is given.').waitFor();
        await page.getByRole('heading', { name: /^Kit: .* open now$/ }).waitFor();
        await accessible(page, 'the care team');
        await keep(page, 'care-team');
        await page.getByRole('button', { name: /^End it now/ }).click();
        await page.getByText('It has ended.').waitFor();
        assert.equal(await page.getByRole('button', { name: /^End it now/ }).count(), 0);
      }),
    STORY,
  ),
);
