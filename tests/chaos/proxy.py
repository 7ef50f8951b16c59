"""A proxy between phones and the server that knows what has passed, and spoils it: reset, stall, trickle, cut."""
import contextlib
import socket
import struct
import threading
import time

REQUEST_BYTES_MIN = 400
PIECE = 16_384
TRICKLE_BYTES_PER_S = 2_048


class Fault:
    """What happens to one connection: `kind` strikes once `after` bytes have gone one `way`."""

    def __init__(self, kind=None, way="up", after=0, seconds=0.0):
        self.kind, self.way, self.after, self.seconds = kind, way, after, seconds


class Connection:
    def __init__(self, phone, server, fault):
        self.sockets = {"up": (phone, server), "down": (server, phone)}
        self.fault, self.struck = fault, False
        self.passed = {"up": 0, "down": 0}
        self.asked = 0

    def run(self):
        pumps = [threading.Thread(target=self.pump, args=(way,), daemon=True) for way in self.sockets]
        for pump in pumps:
            pump.start()
        for pump in pumps:
            pump.join()
        for each in self.sockets["up"]:
            each.close()

    def pump(self, way):
        source, to = self.sockets[way]
        with contextlib.suppress(OSError):
            while data := source.recv(PIECE):
                data = self.spoil(way, data)
                self.count(way, len(data))
                to.sendall(data)
            to.shutdown(socket.SHUT_WR)
            return
        self.close()

    def count(self, way, size):
        """`asked` is what the phone has sent since the server first spoke: no longer only a greeting."""
        self.passed[way] += size
        if way == "up" and self.passed["down"]:
            self.asked += size

    def spoil(self, way, data):
        fault = self.fault
        if fault.kind is None or fault.way != way or self.passed[way] + len(data) <= fault.after:
            return data
        first, self.struck = not self.struck, True
        if fault.kind == "trickle":
            return self.trickle(way, data)
        if first and fault.kind == "stall":
            time.sleep(fault.seconds)
        if fault.kind in ("cut", "reset"):
            self.sockets[way][1].sendall(data[:fault.after - self.passed[way]])
            self.close(abruptly=fault.kind == "reset")
            raise OSError(fault.kind)
        return data

    def trickle(self, way, data):
        for at in range(0, len(data) - 64, 64):
            self.sockets[way][1].sendall(data[at:at + 64])
            self.passed[way] += 64
            time.sleep(64 / TRICKLE_BYTES_PER_S)
        return data[(len(data) - 1) // 64 * 64:] if len(data) > 64 else data

    def close(self, abruptly=False):
        for each in self.sockets["up"]:
            with contextlib.suppress(OSError):
                if abruptly:
                    # The other pump waits in it: only when that one has woken does the close send its reset.
                    each.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    each.shutdown(socket.SHUT_RD)
                    each.close()
                else:
                    each.shutdown(socket.SHUT_RDWR)


class Proxy:
    """Listens on loopback and hands each connection on. `fault` is what befalls each new one."""

    def __init__(self, server):
        self.server = server
        self.fault = Fault()
        self.connections = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = "https://127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                phone, _ = self.listener.accept()
                threading.Thread(target=self.serve, args=(phone,), daemon=True).start()

    def serve(self, phone):
        try:
            server = socket.create_connection(self.server)
        except OSError:
            phone.close()
            return
        connection = Connection(phone, server, self.fault)
        self.connections.append(connection)
        connection.run()

    def asked(self):
        """How many bytes of requests have passed so far."""
        return sum(connection.asked for connection in self.connections)

    def begin_again(self, fault):
        """Ends every connection, so that the next one meets this fault."""
        for connection in self.connections:
            connection.close()
        self.connections, self.fault = [], fault

    def struck(self):
        """The faults that struck since it began again, by kind."""
        return [connection.fault.kind for connection in self.connections if connection.struck]

    def close(self):
        self.listener.close()
        self.begin_again(Fault())
