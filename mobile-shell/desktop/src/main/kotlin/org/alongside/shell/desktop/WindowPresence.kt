package org.alongside.shell.desktop

import org.alongside.shell.platform.Presence
import java.awt.Window
import java.awt.event.WindowAdapter
import java.awt.event.WindowEvent

/** On a desktop the app is left when its window is made small. */
class WindowPresence : Presence {
    private var whenLeft: () -> Unit = {}

    override fun onLeft(left: () -> Unit) {
        whenLeft = left
    }

    fun left() = whenLeft()

    fun watch(window: Window) = window.addWindowListener(object : WindowAdapter() {
        override fun windowIconified(event: WindowEvent?) = left()
    })
}
