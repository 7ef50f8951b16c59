// What test cases begin with: a folder of their own, and in it an office with its staff.
package org.alongside.core

import java.io.File
import kotlinx.coroutines.runBlocking
import org.alongside.office.Office
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.BeforeAll
import org.junit.jupiter.api.TestInstance
import org.junit.jupiter.api.io.TempDir

/** A server with a carer, Amina, a nurse, Beth, and one person whom both look after. It runs at first. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class WithOffice {
    lateinit var folder: File
    lateinit var office: Office
    lateinit var staff: Map<String, String>
    lateinit var person: PersonId
    private var devices = 0

    @BeforeAll
    fun openOffice(@TempDir folder: File) {
        this.folder = folder
        office = Office(folder).start()
        staff = mapOf(
            "amina" to office.addStaff("Amina", "carer"),
            "beth" to office.addStaff("Beth", "nurse", "Northside Community Nursing"))
        person = PersonId(office.addPerson(*staff.values.toTypedArray()))
    }

    @AfterAll
    fun closeOffice() = office.close()

    /** A phone that is not enrolled, in a folder of its own. */
    fun newPhone(keystore: Keystore? = null, clock: Clock = systemClock()): Phone =
        Phone(File(folder, "phone-${++devices}").apply { mkdirs() }, keystore, clock)

    /** The enrolled phone of that member of staff, which has synced once. */
    fun phone(name: String, keystore: Keystore? = null, clock: Clock = systemClock()): Phone {
        val phone = newPhone(keystore, clock)
        runBlocking { phone.replica.enrol(office.ticket(staff.getValue(name))) }
        assertEquals(Outcome.UpToDate, phone.sync().outcome)
        return phone
    }
}

/** Someone's phone. Its database and key stay in its folder when it is opened anew. */
class Phone(val folder: File, keystore: Keystore?, val clock: Clock) : AutoCloseable {
    private val keystore = keystore ?: fileKeystore(File(folder, "key").path)
    var replica = open()

    fun open(with: Keystore = keystore) = Replica.open(folder.path, with, clock)

    /** The app is closed and opened again. */
    fun reopen() {
        close()
        replica = open()
    }

    fun sync() = runBlocking { replica.sync() }

    /** The bytes of every file in its folder, by name. */
    fun files() = folder.listFiles()!!.associate { it.name to it.readBytes().toList() }

    override fun close() = replica.close()
}

/** An observation of pain as the body of a record. */
fun pain(score: Long, note: String? = null) = Body.Observation(Observation(
    kind = "pain", catalogueVersion = catalogueVersion(), fields = mapOf("score" to Value.Int(score)),
    howKnown = HowKnown.SEEN_NOW, note = note))
