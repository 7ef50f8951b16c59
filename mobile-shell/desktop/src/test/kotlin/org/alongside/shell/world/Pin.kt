package org.alongside.shell.world

/** The PIN of every story. */
const val PIN = "260893"

/** From the first page and back to it. */
fun Hand.choosePin() {
    tap("more")
    tap("more-settings")
    tap("pin")
    repeat(2) { enter() }
    tap("back")
    tap("back")
}

fun Hand.enter(pin: String = PIN) {
    pin.forEach { tap("pin-$it") }
    tap("pin-done")
}
