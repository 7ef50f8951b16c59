package org.alongside.shell.screens

import androidx.compose.runtime.Composable
import org.alongside.shell.model.EmergencyModel
import org.alongside.shell.model.HandoverModel
import org.alongside.shell.model.Header
import org.alongside.shell.model.Intent
import org.alongside.shell.model.KindsModel
import org.alongside.shell.model.LateModel
import org.alongside.shell.model.NoReplyModel
import org.alongside.shell.model.PersonStatus
import org.alongside.shell.model.ProposeModel
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel
import org.alongside.shell.model.Tone
import org.alongside.shell.model.VisitIntent
import org.alongside.shell.model.VisitModel
import org.alongside.shell.parts.Banner
import org.alongside.shell.parts.MainButton
import org.alongside.shell.parts.OtherButton
import org.alongside.shell.parts.Page
import org.alongside.shell.words.say

/**
 * Somebody has died, or their care has ended: nothing is asked of anybody any more, and what was recorded stays to be
 * read. Who is still there says that they leave: otherwise the on-call is told that they did not.
 */
@Composable
internal fun OverScreen(header: Header, isThere: Boolean, send: (Intent) -> Unit) {
    val leave: (@Composable () -> Unit)? = if (isThere) { { MainButton(say("visit.leave"), "leave") { send(VisitIntent.Leave) } } } else null
    Page(title = say("plan.title"), header = header, back = back(send), foot = leave) {
        item("over") { Over(header) }
        item("history") { OtherButton(say("history.title"), "history") { send(Intent.Open(Route.History(header.person))) } }
    }
}

@Composable
internal fun Over(header: Header) = Banner(say(if (header.status == PersonStatus.DIED) "plan.died" else "plan.ended"), Tone.PLAIN)

/** Whose screen this is, where it would ask for something that is over. */
internal fun ScreenModel.over(): Header? = when (this) {
    is VisitModel -> header
    is HandoverModel -> header
    is KindsModel -> header
    is LateModel -> header
    is NoReplyModel -> header
    is ProposeModel -> header
    // Whoever lives may need help, whatever has ended.
    is EmergencyModel -> header?.takeIf { it.status == PersonStatus.DIED }
    else -> null
}?.takeIf { it.status.isOver }

internal val ScreenModel.isThere: Boolean get() = this is VisitModel && arrived != null && left == null
