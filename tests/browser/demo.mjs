// Runs the demo of a story until a time, and says where its console is and who may sign in.
//
// ALONGSIDE_REHEARSE and ALONGSIDE_SERVER name the two programs; `cargo xtask test` builds them and sets both.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Plays a story (wound care, unless another is named) up to `until`, hands its console to `use`, and ends it. */
export async function withDemo(until, use, story = 'tests/scenarios/wound-care.json') {
  const program = process.env.ALONGSIDE_REHEARSE;
  if (!program) {
    throw new Error('ALONGSIDE_REHEARSE names no program: run `cargo xtask test --only browser`');
  }
  const demo = spawn(program, ['demo', '--story', story, '--until', until], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(demo, 'exit');
  try {
    return await use(await invitation(demo));
  } finally {
    demo.kill('SIGINT');
    await ended;
  }
}

/** What the demo prints when it is ready: the console's address and the sign-ins by username. */
async function invitation(demo) {
  const found = { passwords: {} };
  for await (const line of createInterface({ input: demo.stdout })) {
    found.console ??= line.match(/^The console: (https:\/\/\S+)$/)?.[1];
    const signIn = line.match(/username (\S+), password (\S+)$/);
    if (signIn) {
      found.passwords[signIn[1]] = signIn[2];
    }
    if (line.startsWith('Ctrl-C')) {
      return found;
    }
  }
  throw new Error('the demo ended before it was ready');
}
