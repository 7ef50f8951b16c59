package org.alongside.shell.world

import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Notice
import org.alongside.shell.model.RecordIntent
import org.alongside.shell.model.Route
import org.alongside.shell.model.VisitIntent
import org.alongside.shell.model.VisitModel
import java.io.File

/** A process of its own in the middle of a visit: it says each time that its screen says "saved", and goes on. */
object KillProbe {
    /** What she types as the reason why a task was not done. */
    const val WHY = "it beeps and nobody knows why"

    @JvmStatic
    fun main(arguments: Array<String>) {
        val (folder, person, visit, time) = arguments
        val phone = TestPhone(File(folder), StoryClock(time, boot = 2), null)
        phone.unlock()
        val engine = phone.engine
        runBlocking { engine.model.first { it.route == Route.Today && it.screen is org.alongside.shell.model.TodayModel } }
        engine.send(Intent.Open(Route.Visit(person, visit)))
        engine.send(VisitIntent.Arrive)
        runBlocking { engine.model.first { (it.screen as? VisitModel)?.arrived != null && it.notice is Notice.Saved } }
        listOf("turning" to true, "mattress" to false, "dressing" to true, "window" to true, "window" to true).forEach { (action, done) ->
            engine.send(VisitIntent.Tick(action, done))
        }
        engine.send(VisitIntent.WhyNot("mattress", WHY))
        phone.settle()
        for (score in generateSequence(0) { (it + 1) % 10 }) {
            engine.send(Intent.Open(Route.Record(person, visit, "pain")))
            phone.settle()
            engine.send(RecordIntent.Choose("score", score.toString()))
            engine.send(RecordIntent.Save)
            phone.settle()
            check(engine.model.value.notice is Notice.Saved) { "${engine.model.value.notice}" }
            println("saved $score")
        }
    }
}
