package org.alongside.shell.world

/** The PIN of every story. */
const val PIN = "260893"

fun Hand.enter(pin: String = PIN) {
    pin.forEach { tap("pin-$it") }
    tap("pin-done")
}
