"""Calls across the boundary that are cut short, that come all at once, that call back, and very many of them.

Run with `cargo xtask test --only "Python package"`.
"""
import asyncio
import concurrent.futures
import contextlib
import gc
import pathlib
import socket
import threading
import time

import alongside
from alongside import Problem
from cases import WithFolder, WithOffice
from devices import Device, HandClock, KeyInMemory, pain

UP_TO_DATE = alongside.Outcome.UP_TO_DATE()


class Cancelled(WithOffice):
    def test_a_sync_that_is_cancelled_while_nobody_answers_leaves_all_as_it_was_and_the_next_one_works(self):
        amina = self.device("amina")
        amina.replica.record(self.person, pain(4))
        self.office.stop()
        port = int(self.office.listen.rpartition(":")[2])
        with contextlib.closing(socket.create_server(("127.0.0.1", port))):
            with self.assertRaises(TimeoutError):
                asyncio.run(within(0.5, amina.replica.sync()))
        self.assertEqual(amina.replica.sync_state().waiting, 1)
        amina.replica.record(self.person, pain(5))
        self.office.start()
        self.assertEqual(amina.sync(), alongside.SyncReport(outcome=UP_TO_DATE, waiting=0))

    def test_syncs_that_are_cancelled_anywhere_lose_nothing_and_double_nothing(self):
        amina, beth = self.device("amina"), self.device("beth")

        async def cut_short(number):
            amina.replica.record(self.person, pain(number % 11, note=f"note {number}"))
            task = asyncio.create_task(amina.replica.sync())
            await asyncio.sleep(number / 1000)
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

        for number in range(40):
            asyncio.run(cut_short(number))
        self.assertEqual(amina.sync().waiting, 0)
        beth.sync()
        notes = [item.body[0].note for item in beth.replica.history(self.person)]
        self.assertEqual(notes, [f"note {number}" for number in range(40)])


class Many(WithOffice):
    def test_fifty_calls_at_once_all_end_and_each_record_is_there_once(self):
        amina = self.device("amina")

        def call(number):
            if number % 5 == 0:
                return amina.sync()
            if number % 5 == 1:
                return amina.replica.history(self.person)
            return amina.replica.record(self.person, pain(number % 11, note=f"call {number}"))

        with concurrent.futures.ThreadPoolExecutor(50) as pool:
            list(pool.map(call, range(50)))
        self.assertEqual(len({item.body[0].note for item in amina.replica.history(self.person)}), 30)
        self.assertEqual(len(amina.replica.history(self.person)), 30)
        self.assertEqual(amina.sync().waiting, 0)

    def test_a_thousand_records_cross_in_one_call(self):
        amina = self.device("amina").replica
        for number in range(1_000):
            amina.record(self.person, pain(number % 11))
        began = time.perf_counter()
        items = amina.history(self.person)
        print(f"a list of {len(items)} records crossed in {(time.perf_counter() - began) * 1000:.1f} ms")
        self.assertEqual(len(items), 1_000)

    def test_a_hundred_thousand_calls_leak_nothing(self):
        core = self.device("amina").replica

        def calls(rounds):
            for number in range(rounds):
                core.me(), core.now(), core.is_locked(), core.people(), core.staff_names()
                core.ring_the_office(), core.sync_state(), core.concern_routes()
                with contextlib.suppress(Problem.ShowAndKeep):
                    core.record(self.person, pain(11))
                if number % 10 == 0:
                    asyncio.run(core.changed_since(0))
                else:
                    alongside.file_keystore("nowhere")

        calls(2_000)
        before = resident_kb()
        calls(10_000)
        grown = resident_kb() - before
        print(f"100000 calls: the process grew by {grown} kB, to {before + grown} kB")
        self.assertLess(grown, 3_000, "30 bytes a call: the least thing that a call could keep is larger")


class CallingBack(WithOffice):
    """No part of the app may call the core while the core asks it: it gets a problem, and nothing waits for itself."""

    def test_a_clock_that_calls_the_core_gets_a_problem_and_the_call_that_asked_it_goes_on(self):
        clock = CallingClock()
        amina = self.device("amina", clock)
        core = amina.replica
        clock.calls = [core.people, core.now, core.me, core.ring_the_office,
                       lambda: core.record(self.person, pain(9))]
        core.record(self.person, pain(3))
        clock.calls = []
        self.assertEqual(amina.sync(), alongside.SyncReport(outcome=UP_TO_DATE, waiting=0))
        self.assertEqual([item.body for item in core.history(self.person)], [pain(3)])
        self.assertEqual(clock.told, {"called_back"})

    def test_a_keystore_that_calls_the_core_while_the_key_is_changed_gets_a_problem(self):
        keystore = CallingKeystore()
        amina = Device(self.folder / "amina", keystore=keystore)
        amina.enrol(self.office.ticket(self.staff["amina"]))
        amina.replica.record(self.person, pain(1))
        keystore.core = amina.replica
        amina.replica.change_key()
        keystore.core = None
        self.assertEqual(keystore.told, {"called_back"})
        self.assertEqual(amina.replica.sync_state().waiting, 1)

    def test_a_keystore_that_blocks_holds_up_its_own_phone_alone(self):
        keystore = SlowKeystore()
        opening = threading.Thread(target=Device, args=(self.folder / "slow", None, keystore))
        opening.start()
        self.assertTrue(keystore.asked.wait(60))
        self.device("amina").replica.record(self.person, pain(1))
        self.assertTrue(opening.is_alive())
        keystore.answers.set()
        opening.join(60)
        self.assertFalse(opening.is_alive())


class Pin(WithOffice):
    def test_a_locked_phone_shows_nothing_records_and_syncs_and_opens_with_its_pin(self):
        amina = self.device("amina")
        amina.replica.set_pin("260893")
        amina.replica.lock()
        self.assertTrue(amina.replica.is_locked())
        self.problem(Problem.ShowAndKeep, amina.replica.people, code="locked", words="enter the PIN")
        amina.replica.record(self.person, pain(4))
        self.assertEqual(amina.sync().waiting, 0)
        amina.reopen()
        self.assertTrue(amina.replica.is_locked(), "an app that starts asks")
        amina.replica.unlock("260893")
        self.assertEqual(len(amina.replica.history(self.person)), 1)

    def test_wrong_tries_lead_to_a_wait_and_nothing_is_lost(self):
        clock = HandClock()
        amina = self.device("amina", clock).replica
        self.problem(Problem.ShowAndKeep, amina.unlock, "0", code="pin_not_set", words="choose one")
        self.problem(Problem.ShowAndKeep, amina.set_pin, "1234", code="pin_form", words="4 to 12 digits")
        amina.set_pin("260893")
        amina.record(self.person, pain(4))
        for left in (4, 3, 2, 1):
            self.problem(Problem.ShowAndKeep, amina.unlock, "111999", code="pin_wrong", words=f"{left} times")
        self.problem(Problem.TryLater, amina.unlock, "111999", code="pin_wait", words="in 1 min")
        self.assertEqual(amina.pin_state(), alongside.PinState(
            is_set=True, is_asked=False, tries_left=1, wait_ms=60_000))
        self.problem(Problem.TryLater, amina.unlock, "260893", code="pin_wait", words="ask the office")
        clock.ms += 60_000
        amina.unlock("260893")
        self.assertEqual(amina.sync_state().waiting, 1)


class WakeUps(WithOffice):
    def test_a_wake_up_syncs_asks_for_the_next_one_and_tries_nothing_without_a_line(self):
        amina = self.device("amina").replica
        amina.record(self.person, pain(1))
        line = Line(lambda: False)

        def wake(reason):
            return asyncio.run(amina.wake(reason, line))

        reasons = alongside.WakeReason
        self.assertEqual(wake(reasons.VISIT_ENDED), alongside.Woken(sync=None, again_in_ms=900_000))
        line.answer = lambda: True
        woken = wake(reasons.LINE_BACK)
        self.assertEqual(woken.sync, alongside.SyncReport(outcome=UP_TO_DATE, waiting=0))
        self.assertIn(woken.again_in_ms, range(450_000, 900_001))
        self.assertIsNone(wake(reasons.TIME).sync, "the system woke it too early")
        line.answer = lambda: 1 / 0
        self.assertEqual(wake(reasons.APP_OPENED).sync.outcome, UP_TO_DATE)
        told = []
        line.answer = lambda: told.append(code_of(amina.people)) or True
        self.assertEqual(wake(reasons.APP_OPENED).sync.outcome, UP_TO_DATE)
        self.assertEqual(told, ["called_back"])
        line.answer = lambda: False
        self.assertEqual(wake(reasons.AT_ONCE).sync.outcome, UP_TO_DATE, "the system may be wrong about the line")


class Closed(WithFolder):
    def test_a_replica_that_nobody_holds_any_more_gives_its_file_back(self):
        device = Device(self.folder / "amina")
        for _ in range(20):
            device.reopen()
        self.assertLess(len(open_files(device.folder)), 4)


class Line(alongside.Connectivity):
    def __init__(self, answer):
        self.answer = answer

    def has_line(self):
        return self.answer()


class CallingClock(alongside.Clock):
    """The machine's clocks; each time it is asked it calls the core."""

    def __init__(self):
        self.machine = alongside.system_clock()
        self.calls, self.told = [], set()

    def wall_ms(self):
        return self.machine.wall_ms()

    def monotonic_ms(self):
        self.told.update(code_of(call) for call in self.calls)
        return self.machine.monotonic_ms()

    def boot(self):
        return self.machine.boot()


class CallingKeystore(KeyInMemory):
    core = None

    def __init__(self):
        super().__init__()
        self.told = set()

    def store(self, name, key):
        if self.core is not None:
            self.told.add(code_of(self.core.people))
        super().store(name, key)


class SlowKeystore(KeyInMemory):
    def __init__(self):
        super().__init__()
        self.asked, self.answers = threading.Event(), threading.Event()

    def load(self, name):
        self.asked.set()
        self.answers.wait(60)
        return super().load(name)


def code_of(call):
    """The code of the fault that this call ends with."""
    try:
        return f"no problem: {call()}"
    except Problem.ReportFault as problem:
        return problem.code


async def within(seconds, call):
    return await asyncio.wait_for(call, seconds)


def resident_kb():
    gc.collect()
    [line] = [line for line in pathlib.Path("/proc/self/status").read_text().splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1])


def open_files(folder):
    """What this process has open beneath a folder."""
    names = []
    for link in pathlib.Path("/proc/self/fd").iterdir():
        with contextlib.suppress(OSError):
            names.append(str(link.readlink()))
    return [name for name in names if name.startswith(str(folder))]
