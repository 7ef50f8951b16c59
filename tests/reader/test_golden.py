"""The pages and certificates that the Rust core writes are proved here by the reader's own reading of the format."""
import pathlib
import unittest

from read_journal import START, decode, mac, merkle_root, next_link, readable, seal_message, sha256, signed, u64

GOLDEN = pathlib.Path(__file__).parents[2] / "core/domain/tests/golden"


def golden(name):
    return decode((GOLDEN / f"{name}.cbor").read_bytes())


def subject(name):
    return decode(golden(name)[0])


class Golden(unittest.TestCase):
    def setUp(self):
        (author, epoch, number, channel), secret, self.runs, self.seal = golden("page-1")
        self.page = {"author": author, "epoch": epoch, "number": number, "channel": channel, "secret": secret}
        self.key = subject("certificate-device")[1]

    def heads(self):
        for person, first, before, records in self.runs:
            link = before
            for number, (header, body) in enumerate(records, start=first):
                link = next_link(self.page, person, number, link, {"header": header, "body": body})
            yield [person, first, first + len(records) - 1, before, link]

    def test_a_page_of_the_core_is_sealed_by_the_device_that_its_certificate_names(self):
        runs = list(self.heads())
        self.assertEqual(runs[0][3], START)
        self.assertEqual(self.page["author"], subject("certificate-device")[0])
        self.assertTrue(signed(self.key, seal_message(self.page, runs, [run[4] for run in runs]), self.seal))

    def test_a_device_s_certificate_is_signed_by_the_store(self):
        told, signature = golden("certificate-device")
        store = subject("certificate-store")
        self.assertIsNone(store[2])
        self.assertTrue(signed(store[1], b"alongside certificate 1" + told, signature))
        self.assertFalse(signed(self.key, b"alongside certificate 1" + told, signature))

    def test_an_extract_proves_what_it_shows_with_the_seal_of_the_whole_page(self):
        (author, epoch, number, channel), seal, parts = golden("extract-1")
        page = {"author": author, "epoch": epoch, "number": number, "channel": channel}
        leaves = [content[0] if variant == 0 else self.leaf(page, *content[0]) for variant, content in parts]
        name = author + epoch + u64(number) + bytes([channel])
        message = b"alongside seal 1" + name + len(leaves).to_bytes(4, "big") + merkle_root(leaves)
        self.assertEqual([variant for variant, _ in parts], [1, 0, 1])
        self.assertTrue(signed(self.key, message, seal))

    def test_an_extract_of_which_a_record_was_erased_proves_what_is_left(self):
        (author, epoch, number, channel), seal, parts = golden("extract-erased")
        page = {"author": author, "epoch": epoch, "number": number, "channel": channel}
        leaves = [self.leaf(page, *content[0]) for _, content in parts]
        name = author + epoch + u64(number) + bytes([channel])
        message = b"alongside seal 1" + name + len(leaves).to_bytes(4, "big") + merkle_root(leaves)
        self.assertEqual([variant for variant, _ in parts[0][1][0][3]], [0, 1, 0])
        self.assertEqual(parts[0][1][0][4], [], "no secret opens the run any more")
        self.assertTrue(signed(self.key, message, seal))

    def leaf(self, page, person, first, before, items, secrets, salts=()):
        stream = person + bytes([page["channel"]]) + page["author"] + page["epoch"]
        link, number = before, first - 1
        for number, (variant, (content,)) in enumerate(items, start=first):
            digest = content if variant == 1 else self.digest(dict(secrets), dict(salts), number, *content)
            link = sha256(b"alongside link 1", stream, u64(number), link, digest)
        return sha256(b"\x00", stream, u64(number), link)

    def digest(self, secrets, salts, number, header, body):
        salt = salts.get(number) or mac(secrets[decode(header)[1]], u64(number))
        return mac(salt, len(header).to_bytes(4, "big"), header, body)

    def test_a_request_and_an_enrolment_are_signed_over_the_bytes_that_the_format_names(self):
        device, challenge, signature, body = golden("envelope")
        message = b"alongside request 1" + device + challenge + sha256(body)
        self.assertTrue(signed(self.key, message, signature))
        code, device, key, proof, sealing = golden("enrol")
        self.assertTrue(signed(key, b"alongside enrol 1" + device + sealing + code.encode(), proof))

    def test_the_digest_of_cursors_is_the_one_that_the_format_names(self):
        variant, (epoch, ((person, channel, position),)) = 1, golden("request-all-cursors")[0][1]
        self.assertEqual(golden("request-all-cursors")[0][0], variant)
        digest = sha256(b"alongside cursors 1", epoch, person, bytes([channel]), u64(position))[:16]
        self.assertEqual(golden("request-digest")[0], [0, [digest]])

    def test_every_golden_value_is_within_the_cbor_that_the_format_uses(self):
        files = sorted(GOLDEN.glob("*.cbor"))
        self.assertGreater(len(files), 20)
        for file in files:
            with self.subTest(file.name):
                self.assertIsNotNone(decode(file.read_bytes()))

    def test_a_value_with_bytes_after_it_or_cut_off_is_not_readable(self):
        whole = (GOLDEN / "header-full.cbor").read_bytes()
        self.assertIsNotNone(readable(whole, 6))
        self.assertIsNone(readable(whole + b"\x00", 6))
        for length in range(len(whole)):
            self.assertIsNone(readable(whole[:length], 6), length)


if __name__ == "__main__":
    unittest.main()
