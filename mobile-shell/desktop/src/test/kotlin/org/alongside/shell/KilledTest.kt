package org.alongside.shell

import org.alongside.core.Body
import org.alongside.core.PersonHex
import org.alongside.core.Section
import org.alongside.core.Value
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Notice
import org.alongside.shell.model.RecordIntent
import org.alongside.shell.model.Route
import org.alongside.shell.model.TaskMark
import org.alongside.shell.model.VisitModel
import org.alongside.shell.world.Entry
import org.alongside.shell.world.Grace
import org.alongside.shell.world.KillProbe
import org.alongside.shell.world.onScreen
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File

/** What becomes of a record when the app or the server goes away in the middle. */
class KilledTest {
    @TempDir
    lateinit var folder: File

    @Test
    fun `an app that is killed in the middle of a visit has lost nothing that said saved`() {
        Grace(folder).use { grace ->
            grace.amina.enrol()
            val visit = grace.visit("killed", "2026-03-02T12:30")
            grace.amina.online()
            grace.amina.engine.close()

            val said = killedAfter(SAVES, grace.amina.folder.path, grace.person, visit, "2026-03-02T12:31")

            grace.at("2026-03-02T12:40")
            grace.amina.restart()
            grace.amina.online()
            val kept = grace.scores()
            assertEquals(said, kept.take(said.size), "each that said saved is there, in order")
            assertTrue(kept.size - said.size <= 1, "and at most the one that was being saved")
        }
    }

    @Test
    fun `answers to tasks are there again after an app was killed, and go with the visit that is left`() {
        Grace(folder).use { grace ->
            grace.sam.plan(grace.person, "she likes it open", Entry(Section.ACTIONS, "window", 40, "text" to "Open the window", "who" to "Carers"))
            grace.amina.enrol()
            val visit = grace.visit("killed", "2026-03-02T12:30")
            grace.amina.online()
            grace.amina.engine.close()
            killedAfter(1, grace.amina.folder.path, grace.person, visit, "2026-03-02T12:31")
            val files = grace.amina.folder.walk().filter(File::isFile).map { String(it.readBytes(), Charsets.ISO_8859_1) }
            assertTrue(files.none { KillProbe.WHY in it }, "nothing of them is beside the encrypted store")

            grace.at("2026-03-02T12:40")
            grace.amina.restart()
            grace.amina.unlock()
            onScreen(grace.amina) {
                tap("visit-$visit")
                val tasks = (grace.amina.engine.model.value.screen as VisitModel).tasks.associate { it.action to (it.mark to it.notDone) }
                assertEquals(TaskMark.DONE to null, tasks["turning"])
                assertEquals(TaskMark.NOT_DONE to KillProbe.WHY, tasks["mattress"])
                assertEquals(null to null, tasks["window"], "what she took back stays taken back")
                assertEquals(null to null, tasks["dressing"], "what is for the nurse is answered by no carer")
                assertTrue(sees("1 task has no answer yet"))
                tap("leave")
                assertTrue(sees("Not done: ${KillProbe.WHY}"))
                grace.amina.syncs()
            }
            grace.beth.sync()
            val left = grace.beth.replica.history(PersonHex(grace.person)).mapNotNull { (it.body as? Body.VisitLeft)?.v1 }.single()
            assertEquals(mapOf("turning" to null, "mattress" to KillProbe.WHY), left.tasks.associate { it.action to it.notDone })
        }
    }

    @Test
    fun `a record is saved at once while the server holds the line and says nothing`() {
        Grace(folder).use { grace ->
            grace.amina.enrol()
            grace.amina.line?.isSilent = true
            grace.amina.engine.send(Intent.SyncNow)
            grace.amina.engine.send(Intent.Open(Route.Record(grace.person, null, "pain")))
            grace.amina.handled()
            grace.amina.engine.send(RecordIntent.Choose("score", "3"))
            val before = System.nanoTime()
            grace.amina.engine.send(RecordIntent.Save)
            grace.amina.handled()
            val took = (System.nanoTime() - before) / 1_000_000
            assertTrue(grace.amina.engine.model.value.notice is Notice.Saved)
            assertTrue(took < SAVED_MS, "saved after $took ms")
            println("saved with a silent server after $took ms")
        }
    }

    private fun killedAfter(saves: Int, vararg arguments: String): List<Long> {
        val java = File(System.getProperty("java.home"), "bin/java").path
        val process = ProcessBuilder(
            listOf(java, "-Djava.awt.headless=true", "-cp", System.getProperty("java.class.path"), KillProbe::class.java.name) + arguments,
        ).redirectErrorStream(true).start()
        val said = mutableListOf<Long>()
        val lines = process.inputReader()
        while (said.size < saves) {
            val line = lines.readLine() ?: error("it ended by itself after $said")
            Regex("^saved (\\d+)$").find(line)?.let { said += it.groupValues[1].toLong() }
        }
        process.destroyForcibly().waitFor()
        return said
    }

    /** What reached the nurse. */
    private fun Grace.scores(): List<Long> {
        beth.sync()
        val items = beth.replica.history(PersonHex(person))
        return items.mapNotNull { ((it.body as? Body.Observation)?.v1?.fields?.get("score") as? Value.Int)?.v1 }
    }

    private companion object {
        const val SAVES = 4
        const val SAVED_MS = 2_000
    }
}
