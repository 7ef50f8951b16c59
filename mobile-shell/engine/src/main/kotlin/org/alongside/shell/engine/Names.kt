package org.alongside.shell.engine

import org.alongside.core.AuthorHex
import org.alongside.core.Channel
import org.alongside.core.EpochHex
import org.alongside.core.Match
import org.alongside.core.MatchRef
import org.alongside.core.PersonHex
import org.alongside.core.PersonId
import org.alongside.core.RecordRef
import org.alongside.core.UnixMs
import org.alongside.core.VisitHex
import org.alongside.core.VisitId
import org.alongside.shell.model.MatchId
import org.alongside.shell.model.RecordId

/** How the names of the core become those of models, and back. */
internal fun person(hex: String): PersonId = PersonHex(hex)

internal fun visit(hex: String): VisitId = VisitHex(hex)

internal fun RecordRef.toModel() = RecordId(author.hex, epoch.hex, number.toLong(), channel.name)

internal fun RecordId.toCore() =
    RecordRef(AuthorHex(author), EpochHex(epoch), number.toULong(), Channel.valueOf(channel))

internal fun Match.toModel(): MatchId = when (this) {
    is Match.Record -> MatchId.OfRecord(v1.toModel())
    is Match.Absence -> MatchId.OfAbsence(v1.ms)
}

internal fun MatchId.toCore(): Match = when (this) {
    is MatchId.OfRecord -> Match.Record(record.toCore())
    is MatchId.OfAbsence -> Match.Absence(UnixMs(ms))
}

internal fun matchRef(trigger: String, match: MatchId) = MatchRef(trigger, match.toCore())
