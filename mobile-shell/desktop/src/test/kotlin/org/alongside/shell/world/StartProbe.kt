package org.alongside.shell.world

import androidx.compose.ui.ImageComposeScene
import androidx.compose.ui.unit.Density
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import org.alongside.shell.App
import org.alongside.shell.model.Intent
import org.alongside.shell.model.PlanModel
import org.alongside.shell.model.Route
import org.alongside.shell.model.TodayModel
import java.io.File
import java.lang.management.ManagementFactory

/** A process of its own that opens a store and draws a plan: it prints how long that took since it was started. */
object StartProbe {
    @JvmStatic
    fun main(arguments: Array<String>) {
        val (folder, person, time) = arguments
        TestPhone(File(folder), StoryClock(time, boot = 2), null).use { phone ->
            val scene = ImageComposeScene(412, 915, Density(1f)) { App(phone.engine, dark = false) }
            phone.unlock()
            runBlocking { phone.engine.model.first { it.screen is TodayModel } }
            phone.engine.send(Intent.Open(Route.Plan(person)))
            runBlocking { phone.engine.model.first { it.screen is PlanModel } }
            scene.render(System.nanoTime())
            println("plan on screen after ${System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().startTime} ms")
            scene.close()
        }
    }
}
