package org.alongside.shell.engine

import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.booleanOrNull
import kotlinx.serialization.json.longOrNull

// What the core writes as JSON: the catalogue and the emergency signs. What is not there, or is of another type, is none.

internal fun JsonElement?.member(name: String): JsonElement? = (this as? JsonObject)?.get(name)?.takeIf { it != JsonNull }

internal fun JsonElement?.text(name: String): String? = member(name)?.string()

internal fun JsonElement?.number(name: String): Long? = (member(name) as? JsonPrimitive)?.longOrNull

internal fun JsonElement?.flag(name: String): Boolean = (member(name) as? JsonPrimitive)?.booleanOrNull == true

internal fun JsonElement?.list(name: String): List<JsonElement> = (member(name) as? JsonArray).orEmpty()

internal fun JsonElement?.texts(name: String): List<String> = list(name).mapNotNull { it.string() }

private fun JsonElement.string(): String? = (this as? JsonPrimitive)?.takeIf { it.isString }?.content
