// The supervisor's week in a real browser, over the played reablement story: the figures, the decision, the print.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSeen, withBrowser } from './browser.mjs';
import { accessible, keep, signIn } from './console.mjs';
import { withDemo } from './demo.mjs';

const STORY = 'tests/scenarios/reablement.json';

async function openWeek(browser, demo, username, options) {
  const page = await signIn(browser, demo, username, options);
  await page.getByRole('link', { name: /Tom/ }).first().click();
  await page.getByRole('link', { name: 'Last week and goals' }).click();
  await page.getByRole('heading', { name: 'Goals' }).waitFor();
  return page;
}

test('on Monday the supervisor sees what the rules propose and why, decides, and the plan changes', { timeout: 180_000 }, () =>
  withDemo(
    '2026-07-06T09:59',
    (demo) =>
      withBrowser(async (browser) => {
        const page = await openWeek(browser, demo, 'sam', { javaScriptEnabled: false });
        await keep(page, 'weekly');
        const proposal = page.getByRole('heading', { name: /The rules propose: Step down/ });
        assert.ok(await isSeen(proposal), 'the proposal is not in the first viewport');
        await page.getByText('No fall in 14 days.').waitFor();
        const goal = (name) => page.locator('.goal', { hasText: name });
        for (const [name, state] of [
          ['Get in and out of bed', /achieved/],
          ['Make a hot drink', /achieved/],
          ['Climb the stairs', /too few records to say/],
        ]) {
          assert.match(await goal(name).getByRole('heading').innerText(), state);
        }
        assert.equal(await goal('Make a hot drink').locator('svg.chart circle').count(), 7);
        assert.match(await goal('Make a hot drink').innerText(), /7 records; this week 1 prompting, before 2 supervision/);

        assert.match(
          await goal('Make a hot drink').innerText(),
          /Weeks before, from the Monday: 1 June 4 help of two \(7 records\);.*22 June 2 supervision \(7 records\)\./,
        );

        const asked = page.locator('li', { hasText: 'I make her tea now' });
        assert.match(await asked.innerText(), /Mr Reilly, the visits, Thu 2 Jul/);

        await page.getByLabel(/Ours: what services provide/).check();
        await page.getByLabel('What is decided').fill('End the lunch visit from 8 July');
        await page.getByLabel('Why').fill('Two goals and more at target all week, and no fall in 14 days');
        await page.getByLabel('Visit', { exact: true }).selectOption({ label: 'Lunch, 12:30' });
        await page.getByLabel('First day without it').fill('2026-07-08');
        const decide = page.getByRole('button', { name: /Decide/ });
        const isKept = async () => {
          assert.equal(await page.getByLabel('What is decided').inputValue(), 'End the lunch visit from 8 July');
          assert.equal(await page.getByLabel('First day without it').inputValue(), '2026-07-08');
        };

        // Less care is not decided with nobody asked, nor without the word of who pays.
        await decide.click();
        await page.getByRole('alert').getByText(/What the person said: is missing/).waitFor();
        await isKept();
        assert.ok(await isSeen(page.getByRole('alert')), 'why nothing was decided is not in the first viewport');
        await keep(page, 'weekly-nobody-asked');
        await page.getByRole('link', { name: 'go on with the decision' }).click();
        await keep(page, 'weekly-nobody-asked-form');
        await page.getByLabel(/was there when this was decided/).check();
        await decide.click();
        await page.getByRole('alert').getByText(/funder’s agreement: is missing/).waitFor();
        await isKept();
        assert.ok(await page.getByLabel(/was there when this was decided/).isChecked());
        await page.getByLabel(/What the person said/).fill('I do not need you at dinner');
        await page.getByLabel(/Who was asked/).fill('Mr Reilly, Pat and Priya agree');
        await page.getByLabel(/funder/).fill('The council by phone, 6 July 09:40');
        await decide.click();
        await page.getByText('Your decision is in the plan').waitFor();
        assert.equal(await page.getByRole('button', { name: /Decide/ }).count(), 0);
        const decided = await page.locator('.decided').innerText();
        assert.match(decided, /End the lunch visit from 8 July/);
        assert.match(decided, /Whose decision it is\s+services/);
        assert.match(decided, /The person was there\s+yes/);
        assert.match(decided, /as known on Mon 6 Jul 07:30/);
        await keep(page, 'weekly-decided');
        await page.emulateMedia({ media: 'print' });
        await keep(page, 'weekly-print');
      }),
    STORY,
  ),
);

test('the week has no barriers, shows its versions, and offers a decision only to who may make it', { timeout: 180_000 }, () =>
  withDemo(
    '2026-07-06T09:59',
    (demo) =>
      withBrowser(async (browser) => {
        const page = await openWeek(browser, demo, 'sam');
        await accessible(page, 'the week');
        await page.getByRole('link', { name: 'Mon 6 Jul 00:00' }).click();
        assert.match(await page.locator('.goal', { hasText: 'Make a hot drink' }).innerText(), /6 records/);
        assert.equal(await page.getByRole('button', { name: /Decide/ }).count(), 0, 'an old version offers a decision');
        await page.getByRole('link', { name: /Week before/ }).click();
        await page.getByRole('link', { name: /Week before/ }).click();
        await page.getByText(/has stalled: review held on/).waitFor();
        await keep(page, 'weekly-stalled');
        await accessible(page, 'the week of the review');

        const therapist = await openWeek(browser, demo, 'priya');
        assert.equal(await therapist.getByRole('button', { name: /Decide/ }).count(), 0);
      }),
    STORY,
  ),
);
