package org.alongside.shell

import androidx.compose.foundation.isSystemInDarkTheme
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.ui.unit.DpSize
import androidx.compose.ui.unit.dp
import androidx.compose.ui.window.Window
import androidx.compose.ui.window.WindowPosition
import androidx.compose.ui.window.application
import androidx.compose.ui.window.rememberWindowState
import kotlinx.coroutines.delay
import org.alongside.shell.desktop.TrayNotifications
import org.alongside.shell.model.Intent
import org.alongside.shell.model.Route
import org.alongside.shell.world.Grace
import org.alongside.shell.world.PIN
import java.awt.Rectangle
import java.awt.Robot
import java.io.File
import javax.imageio.ImageIO
import kotlin.system.exitProcess

/**
 * Amina's phone in a window, at noon of the wound care story, with the story's server running behind it. With the name
 * of a file, it writes a picture of the window there and ends.
 */
fun main(arguments: Array<String>) {
    val folder = kotlin.io.path.createTempDirectory("alongside-shell").toFile()
    Grace(folder, tray = TrayNotifications("Alongside")).use { grace ->
        prepare(grace)
        println("the PIN of this phone: $PIN")
        val picture = arguments.firstOrNull()?.let(::File)
        application(exitProcessOnExit = false) {
            val state = rememberWindowState(size = DpSize(412.dp, 915.dp), position = WindowPosition(0.dp, 0.dp))
            Window(onCloseRequest = ::exitApplication, title = "Alongside", state = state, undecorated = picture != null) {
                App(grace.amina.engine, dark = isSystemInDarkTheme())
                LaunchedEffect(window) { grace.amina.presence.watch(window) }
                if (picture != null) {
                    LaunchedEffect(Unit) {
                        delay(DRAWN_MS)
                        Robot().mouseMove(0, 0)
                        delay(DRAWN_MS)
                        ImageIO.write(Robot().createScreenCapture(Rectangle(0, 0, 412, 915)), "png", picture)
                        exitApplication()
                    }
                }
            }
        }
    }
    folder.deleteRecursively()
    exitProcess(0)
}

private fun prepare(grace: Grace) {
    grace.amina.enrol()
    grace.at("2026-03-02T11:05")
    grace.beth.observe(grace.person, "wound_dressed", "sacrum", "strike_through" to "none", "pain_rest" to 2, "smell" to "none")
    val visit = grace.visit("lunch", "2026-03-02T12:30")
    grace.visit("tea", "2026-03-02T17:30", timeCritical = true)
    grace.at("2026-03-02T12:31")
    grace.amina.online()
    grace.amina.engine.send(Intent.Open(Route.Visit(grace.person, visit)))
    grace.amina.settle()
}

private const val DRAWN_MS = 2_500L
