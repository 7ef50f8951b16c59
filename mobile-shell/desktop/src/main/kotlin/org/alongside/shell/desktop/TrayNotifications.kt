package org.alongside.shell.desktop

import org.alongside.shell.platform.NotificationKind
import org.alongside.shell.platform.Notifications
import java.awt.Color
import java.awt.SystemTray
import java.awt.TrayIcon
import java.awt.image.BufferedImage
import java.awt.image.BufferedImage.TYPE_INT_RGB

/** Notifications in the tray of a desktop; nothing where it has none. It shows the last one, and cannot take one back. */
class TrayNotifications(private val title: String) : Notifications {
    private val icon: TrayIcon? by lazy {
        if (!SystemTray.isSupported()) return@lazy null
        val dot = BufferedImage(SIZE, SIZE, TYPE_INT_RGB).apply {
            createGraphics().run {
                color = Color.WHITE
                fillOval(0, 0, SIZE, SIZE)
                dispose()
            }
        }
        TrayIcon(dot, title).also { SystemTray.getSystemTray().add(it) }
    }

    override fun show(kind: NotificationKind, words: String) {
        icon?.displayMessage(title, words, TrayIcon.MessageType.INFO)
    }

    override fun takeBack(kind: NotificationKind) = Unit

    private companion object {
        const val SIZE = 16
    }
}
