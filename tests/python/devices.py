"""Devices, for tests: a replica in a folder of its own, with the clocks and keystores that shells would give it."""
import asyncio
import pathlib

import alongside


class Device:
    """Someone's phone. Its database and key stay in its folder when it is opened anew."""

    def __init__(self, folder, clock=None, keystore=None):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.clock = clock or alongside.system_clock()
        self.replica = self.open(keystore)

    def open(self, keystore=None):
        keystore = keystore or alongside.file_keystore(str(self.folder / "key"))
        return alongside.Replica.open(str(self.folder), keystore, self.clock)

    def reopen(self):
        """The app is closed and opened again."""
        self.replica = None
        self.replica = self.open()

    def enrol(self, ticket):
        return asyncio.run(self.replica.enrol(ticket))

    def sync(self):
        return asyncio.run(self.replica.sync())

    def files(self):
        """The bytes of every file in its folder, by name."""
        return {file.name: file.read_bytes() for file in self.folder.iterdir()}


class WrongClock(alongside.Clock):
    """A phone whose wall clock was never set: 1970."""

    def wall_ms(self):
        return 1_000

    def monotonic_ms(self):
        return 5_000

    def boot(self):
        return 7


class HandClock(alongside.Clock):
    """A clock that stands still until a test moves it."""

    def __init__(self):
        self.ms = 0
        self.began = alongside.system_clock().wall_ms()

    def wall_ms(self):
        return self.began + self.ms

    def monotonic_ms(self):
        return self.ms

    def boot(self):
        return 7


class BrokenClock(alongside.Clock):
    """A shell's clock with a fault in it."""

    def wall_ms(self):
        raise RuntimeError("a fault in the shell")

    monotonic_ms = boot = wall_ms


class KeyInMemory(alongside.Keystore):
    """A shell's keystore. It refuses to make a key the current one as often as it is told to."""

    def __init__(self, key=None):
        self.keys = {} if key is None else {alongside.KeyName.CURRENT: key}
        self.times_stored = 0
        self.refusals = 0

    @property
    def key(self):
        return self.keys.get(alongside.KeyName.CURRENT)

    def load(self, name):
        return self.keys.get(name)

    def store(self, name, key):
        if name == alongside.KeyName.CURRENT and self.refusals:
            self.refusals -= 1
            raise alongside.KeystoreProblem.Unavailable()
        self.keys[name] = key
        self.times_stored += 1

    def destroy(self, name):
        self.keys.pop(name, None)


class LockedKeystore(alongside.Keystore):
    """The phone is locked."""

    def load(self, name):
        raise alongside.KeystoreProblem.Unavailable()

    def store(self, name, key):
        raise alongside.KeystoreProblem.Unavailable()

    def destroy(self, name):
        raise alongside.KeystoreProblem.Unavailable()


class BrokenKeystore(LockedKeystore):
    """A shell's keystore with a fault in it."""

    def load(self, name):
        raise RuntimeError("a fault in the shell")


def pain(score, **more):
    """An observation of pain as the body of a record."""
    return observation("pain", fields(score=score), **more)


def observation(kind, values, **more):
    return alongside.Body.OBSERVATION(alongside.Observation(
        kind=kind, catalogue_version=alongside.catalogue_version(), fields=values,
        how_known=alongside.HowKnown.SEEN_NOW, **more))


def fields(**values):
    """Fields of whole numbers, words and codes."""
    kinds = {int: alongside.Value.INT, str: alongside.Value.TEXT}
    return {name: kinds[type(value)](value) for name, value in values.items()}
