package org.alongside.shell.engine

import kotlinx.serialization.json.Json
import kotlinx.serialization.json.JsonElement
import org.alongside.core.Replica
import org.alongside.core.catalogueVersion
import org.alongside.shell.words.Words

/** The kinds of observation that the core has now, with their labels in the language of the screen. A sync may bring others. */
internal class Kinds(replica: Replica, locale: String) {
    /** What all of this is read from. */
    val source: String = replica.catalogueJson()
    private val labels: Map<String, String> = replica.labels(locale)
    private val english: Map<String, String> = replica.labels(Words.ENGLISH)
    private val catalogue = Json.parseToJsonElement(source)

    /** The list that needs no plan, each sign with who has signed it off. */
    val emergencySigns: List<JsonElement> = Json.parseToJsonElement(replica.emergencySignsJson()).list("signs")

    val version: UInt = catalogueVersion()
    val all: List<Kind> = catalogue.list("kinds").map(::kind)
    private val byCode = all.associateBy { it.code }

    fun of(code: String): Kind? = byCode[code]

    /** The label of a code of the core, or the code where it has none. */
    fun label(key: String): String = labels[key] ?: key.substringAfterLast('.').replace('_', ' ')

    fun known(key: String): String? = labels[key]

    /** In English, for what others will read. */
    fun english(key: String): String = english[key] ?: key.substringAfterLast('.').replace('_', ' ')

    private fun kind(json: JsonElement): Kind {
        val code = json.text("code").orEmpty()
        return Kind(
            code = code,
            label = label("kind.$code"),
            restricted = json.text("channel") == "restricted",
            sites = json.texts("sites"),
            absent = json.texts("absent"),
            fields = json.list("fields").map { field(code, it) },
        )
    }

    private fun field(kind: String, json: JsonElement): KindField {
        val code = json.text("code").orEmpty()
        val key = "kind.$kind.field.$code"
        val type = json.member("type")
        return KindField(
            code = code,
            label = label(key),
            required = json.flag("required"),
            unit = json.text("unit")?.let { label("unit.$it") },
            notWhen = json.member("not_when")?.let { rule -> rule.text("field")?.let { it to rule.text("is").orEmpty() } },
            type = when {
                type.member("codes") != null ->
                    FieldType.Codes(type.list("codes").map { it.text("code").orEmpty() }.map { it to label("$key.$it") })
                type.member("int") != null -> type.member("int").let { FieldType.Whole(it.number("min") ?: 0, it.number("max") ?: 0) }
                type.member("decimal") != null -> FieldType.Parts((type.member("decimal").number("places") ?: 0).toInt())
                type.member("text") != null -> FieldType.Words((type.member("text").number("max") ?: 0).toInt())
                else -> FieldType.Day
            },
        )
    }
}

internal data class Kind(
    val code: String,
    val label: String,
    val restricted: Boolean,
    val sites: List<String>,
    val absent: List<String>,
    val fields: List<KindField>,
)

internal data class KindField(
    val code: String,
    val label: String,
    val required: Boolean,
    val unit: String?,
    /** A field and the value with which this one has none. */
    val notWhen: Pair<String, String>?,
    val type: FieldType,
)

internal sealed interface FieldType {
    data class Codes(val codes: List<Pair<String, String>>) : FieldType
    data class Whole(val min: Long, val max: Long) : FieldType
    data class Parts(val places: Int) : FieldType
    data class Words(val max: Int) : FieldType
    data object Day : FieldType
}
