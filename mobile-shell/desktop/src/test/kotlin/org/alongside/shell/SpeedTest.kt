package org.alongside.shell

import androidx.compose.ui.ImageComposeScene
import androidx.compose.ui.geometry.Offset
import androidx.compose.ui.input.pointer.PointerEventType
import androidx.compose.ui.unit.Density
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import org.alongside.core.Body
import org.alongside.core.HowKnown
import org.alongside.core.Observation
import org.alongside.core.PersonHex
import org.alongside.core.UnixMs
import org.alongside.core.Value
import org.alongside.core.catalogueVersion
import org.alongside.shell.model.Intent
import org.alongside.shell.model.PlanModel
import org.alongside.shell.model.RecordModel
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel
import org.alongside.shell.model.TodayModel
import org.alongside.shell.model.VisitModel
import org.alongside.shell.world.Grace
import org.alongside.shell.world.StartProbe
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import java.io.File

/**
 * How fast the screen is on a full phone. The limits hold on a machine that does nothing else: they are checked where
 * ALONGSIDE_MEASURE is set, and printed always. ALONGSIDE_RECORDS says how many records there are.
 */
class SpeedTest {
    @TempDir
    lateinit var folder: File

    private val records = System.getenv("ALONGSIDE_RECORDS")?.toInt() ?: RECORDS
    private val isMeasured = System.getenv("ALONGSIDE_MEASURE") != null

    @Test
    fun `with thirty people scrolling is smooth, and the plan is on the screen soon after the start`() {
        Grace(folder).use { grace ->
            val others = (1 until PEOPLE).map { grace.office.addPerson(grace.staff("amina"), grace.staff("sam")) }
            grace.amina.enrol()
            grace.at("2026-03-02T11:05")
            fill(grace, others + grace.person)
            others.forEachIndexed { at, person -> grace.visitOf(person, at) }
            grace.amina.online()
            opened(grace, "plan", Route.Plan(grace.person)) { it is PlanModel }
            opened(grace, "visit", Route.Visit(grace.person, "0".repeat(VISIT_DIGITS))) { it is VisitModel }
            opened(grace, "record", Route.Record(grace.person, null, "pain")) { it is RecordModel }
            frames(grace, Route.Today, "today")
            frames(grace, Route.Plan(grace.person), "plan")
            started(grace)
        }
    }

    /** Records of the last weeks, spread over everyone. */
    private fun fill(grace: Grace, people: List<String>) {
        val before = System.nanoTime()
        grace.sam.sync()
        val now = grace.clock.wallMs
        repeat(records) { at ->
            val seen = Observation(
                kind = "pain", catalogueVersion = catalogueVersion(), howKnown = HowKnown.SEEN_NOW,
                fields = mapOf("score" to Value.Int((at % 4).toLong())),
            )
            grace.sam.replica.record(PersonHex(people[at % people.size]), Body.Observation(seen), UnixMs(now - at * SPREAD_MS))
        }
        grace.sam.sync()
        println("records: $records about ${people.size} people made in ${(System.nanoTime() - before) / MS} ms")
    }

    private fun Grace.visitOf(person: String, at: Int) {
        val id = "%032x".format(at + 1)
        sam.planVisit(person, id, "2026-03-02T%02d:%02d".format(8 + at / 4, at % 4 * 15), staff("amina"))
        if (at % 8 == 0) sam.sync()
    }

    /** From the tap to the model that is drawn. */
    private fun opened(grace: Grace, name: String, route: Route, shown: (ScreenModel) -> Boolean) {
        val engine = grace.amina.engine
        val times = (1..OPENS).map {
            val before = System.nanoTime()
            engine.send(Intent.Open(route))
            runBlocking { engine.model.first { shown(it.screen) } }
            ((System.nanoTime() - before) / MS).also {
                engine.send(Intent.Back)
                grace.amina.settle()
            }
        }.sorted()
        println("$name opened after ${times[OPENS / 2]} ms, at most ${times.last()} ms")
    }

    private fun frames(grace: Grace, route: Route, name: String) {
        val engine = grace.amina.engine
        engine.send(Intent.Open(route))
        runBlocking { engine.model.first { it.screen is PlanModel && route is Route.Plan || it.screen is TodayModel && route == Route.Today } }
        grace.amina.settle()
        val scene = ImageComposeScene(412, 915, Density(1f)) { App(engine, dark = false) }
        try {
            repeat(WARM) { scene.frame(it) }
            val took = (WARM until WARM + FRAMES).map { scene.frame(it) }.sorted()
            val slow = took[took.size * 95 / 100] / MS
            println("frames of $name: median ${took[took.size / 2] / MS} ms, 95th percentile $slow ms, limit $FRAME_MS")
            if (isMeasured) assertTrue(slow <= FRAME_MS, "$name: $slow ms")
        } finally {
            scene.close()
        }
    }

    /** Down for a while, then up, as a thumb does. */
    private fun ImageComposeScene.frame(at: Int): Long {
        val down = at / TURN % 2 == 0
        sendPointerEvent(PointerEventType.Scroll, Offset(200f, 600f), scrollDelta = Offset(0f, if (down) 1f else -1f))
        val before = System.nanoTime()
        render(at * FRAME_NS)
        return System.nanoTime() - before
    }

    private fun started(grace: Grace) {
        grace.amina.engine.close()
        val command = listOf(
            File(System.getProperty("java.home"), "bin/java").path, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto",
            "-Djava.awt.headless=true", "-cp", System.getProperty("java.class.path"), StartProbe::class.java.name,
            grace.amina.folder.path, grace.person, "2026-03-02T11:06",
        )
        val times = (1..STARTS).map {
            val process = ProcessBuilder(command).redirectErrorStream(true).start()
            val said = process.inputReader().readText()
            checkNotNull(Regex("after (\\d+) ms").find(said)) { said }.groupValues[1].toLong()
        }
        println("start: plan on screen after ${times.min()} ms (of ${times.joinToString()}), limit $START_MS")
        if (isMeasured) assertTrue(times.min() <= START_MS, "${times.min()} ms")
    }

    private companion object {
        const val PEOPLE = 30
        const val RECORDS = 1_500
        const val SPREAD_MS = 37_000L
        const val WARM = 120
        const val FRAMES = 400
        const val TURN = 60
        const val FRAME_NS = 16_666_667L
        const val FRAME_MS = 33
        const val STARTS = 3
        const val START_MS = 1_500
        const val MS = 1_000_000
        const val OPENS = 10
        const val VISIT_DIGITS = 32
    }
}
