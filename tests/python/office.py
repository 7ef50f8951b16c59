"""The organisation's office, for tests: its server as a process of its own, and what an administrator does there."""
import json
import os
import pathlib
import ssl
import subprocess
import urllib.request


class Office:
    """An organisation in a folder. Its server keeps its address when it is stopped and started again."""

    def __init__(self, folder, listen="127.0.0.1:0"):
        self.data = pathlib.Path(folder) / "server"
        self.listen = listen
        self.url = None
        self.process = None
        made = json.loads(self.run("init", "--data", str(self.data), "--organisation", "Larkfield Homecare"))
        self.token, self.root_key = made["administrator_token"], bytes.fromhex(made["root_key"])
        self.trust = ssl.create_default_context(cafile=str(self.data / "tls" / "ca.pem"))

    def start(self, **environment):
        settings = {"ALONGSIDE_LOG": "warn"} | os.environ | {
            "ALONGSIDE_DATA": str(self.data), "ALONGSIDE_LISTEN": self.listen}
        self.process = subprocess.Popen(
            [_server(), "serve"], env=settings | environment, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the server did not start: exit status {self.process.wait()}")
        self.url = json.loads(line)["listening"]
        self.listen = self.url.removeprefix("https://")

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            status = self.process.wait(timeout=20)
            self.process.stdout.close()
            self.process = None
            if status != 0:
                raise RuntimeError(f"the server ended with status {status}")

    def kill(self):
        """As a power cut would end it, but for what the system still writes."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self.process = None

    def state(self):
        """What the server holds, in numbers."""
        return self._ask("state")

    def add_staff(self, name, role, organisation="Larkfield Homecare"):
        return self._post("staff", name=name, role=role, organisation=organisation)["staff"]

    def add_person(self, *care_team):
        person = self._post("people")["person"]
        for staff in care_team:
            self.add_to_care_team(person, staff)
        return person

    def add_to_care_team(self, person, staff):
        self._post("care-team", person=person, staff=staff)

    def set_recipients(self, *staff):
        """Who receives concerns, in order."""
        self._post("restricted-recipients", staff=list(staff))

    def end_and_wipe(self, device, by):
        """The device is reported as stolen, and is to destroy what it holds."""
        self._post("revocations", device=device, why="stolen", by=by)
        self._post("wipe-orders", device=device, by=by)

    def set_clock(self, now_ms):
        """Moves the clock of a server that was started with a test clock."""
        self._send("PUT", "/test/clock", json.dumps({"now_ms": now_ms}).encode())

    def certificate(self):
        """The files of the server's certificate and of its key."""
        return self.data / "tls" / "server.pem", self.data / "tls" / "server.key.pem"

    def give_kinds(self, **additions):
        """The organisation's own kinds, and who has signed off the emergency signs."""
        self._post("kinds", **additions)

    def ticket(self, staff):
        """A one-time ticket for a new device, as the text of its QR code."""
        return json.dumps(self._post("device-codes", staff=staff))

    def _post(self, what, **fields):
        return self._ask(what, json.dumps(fields).encode())

    def _ask(self, what, body=None):
        return self._send("GET" if body is None else "POST", f"/v1/admin/{what}", body)

    def _send(self, method, path, body):
        request = urllib.request.Request(f"{self.url}{path}", body, {
            "Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, context=self.trust, timeout=20) as answer:
            return json.load(answer)

    @staticmethod
    def run(*arguments):
        return subprocess.run([_server(), *arguments], capture_output=True, check=True, text=True).stdout


def _server():
    """The server's binary; `cargo xtask test` builds it and names it."""
    return os.environ["ALONGSIDE_SERVER"]
