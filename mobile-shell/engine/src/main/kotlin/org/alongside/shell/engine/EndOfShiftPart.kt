package org.alongside.shell.engine

import org.alongside.core.OpenItem
import org.alongside.core.OpenWhat
import org.alongside.shell.model.ContactRow
import org.alongside.shell.model.EndOfShiftModel
import org.alongside.shell.model.OpenKind
import org.alongside.shell.model.OpenRowModel
import org.alongside.shell.model.Route
import org.alongside.shell.model.ScreenModel
import org.alongside.shell.model.UnreadRow

internal class EndOfShiftPart(private val core: Core) : Part {
    override fun load(route: Route): ScreenModel {
        val end = core.replica.endOfShift()
        return EndOfShiftModel(
            unsent = end.unsent.toLong(),
            refusedPages = end.refusedPages.toLong(),
            unread = end.unread.map { UnreadRow(it.person.hex, it.name, core.name(it.note.by), core.times.at(it.note.at), it.note.text) },
            open = end.open.filterNot(::isOver).map(::row),
            edits = core.fates(end.edits),
            ringTheOffice = core.replica.ringTheOffice() != null,
            numbers = core.office(),
        )
    }

    /** After a death, or the end of care, only that somebody has not said that they left is still open. */
    private fun isOver(item: OpenItem) =
        item.what !is OpenWhat.NotLeft && core.readable { core.plans.header(item.person) }?.status?.isOver == true

    private fun row(item: OpenItem): OpenRowModel {
        val (kind, text) = when (val what = item.what) {
            is OpenWhat.Escalation -> (if (what.promised) OpenKind.PROMISED else OpenKind.ESCALATION) to what.name
            is OpenWhat.NoReply -> OpenKind.NO_REPLY to null
            is OpenWhat.NotLeft -> OpenKind.NOT_LEFT to null
        }
        return OpenRowModel(
            item.person.hex, item.name, kind, text, item.due?.let(core.times::at), item.overdue,
            item.ring.map { ContactRow(it.phone, "", it.name, null, it.phone) },
        )
    }
}
