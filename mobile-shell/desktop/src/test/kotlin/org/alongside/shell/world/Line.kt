package org.alongside.shell.world

import java.net.InetAddress
import java.net.ServerSocket
import java.net.Socket
import java.util.concurrent.ConcurrentHashMap
import kotlin.concurrent.thread

/** One phone's line to the server: it can be cut, and then nothing passes. */
class Line(private val server: Int) : AutoCloseable {
    private val listening = ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress())
    private val open = ConcurrentHashMap.newKeySet<Socket>()

    @Volatile
    var isUp = true
        set(up) {
            field = up
            if (!up) open.forEach { it.close() }
        }

    /** It is there, and whoever is at its other end says nothing. */
    @Volatile
    var isSilent = false

    val port: Int get() = listening.localPort

    init {
        thread(isDaemon = true, name = "line") {
            while (!listening.isClosed) {
                val phone = runCatching { listening.accept() }.getOrNull() ?: break
                if (isSilent) open += phone else if (isUp) join(phone) else phone.close()
            }
        }
    }

    /** The ticket of a device that is to reach the server by this line. */
    fun ticket(ticket: String): String = ticket.replace(":$server", ":$port")

    private fun join(phone: Socket) {
        val office = Socket(InetAddress.getLoopbackAddress(), server)
        open += listOf(phone, office)
        pass(phone, office)
        pass(office, phone)
    }

    private fun pass(from: Socket, to: Socket) = thread(isDaemon = true) {
        runCatching { from.getInputStream().transferTo(to.getOutputStream()) }
        listOf(from, to).forEach {
            it.close()
            open -= it
        }
    }

    override fun close() {
        isUp = false
        listening.close()
    }

    private companion object {
        const val BACKLOG = 16
    }
}
