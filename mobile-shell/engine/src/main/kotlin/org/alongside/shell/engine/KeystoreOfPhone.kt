package org.alongside.shell.engine

import org.alongside.core.KeyName
import org.alongside.core.Keystore
import org.alongside.core.KeystoreProblem
import org.alongside.shell.platform.KeyBox
import org.alongside.shell.platform.KeyEntry

/** The phone's keystore, as the core asks it. Whatever fails there is "not now". */
internal class KeystoreOfPhone(private val keys: KeyBox) : Keystore {
    override fun load(name: KeyName): ByteArray? = asked { keys.load(entry(name)) }

    override fun store(name: KeyName, key: ByteArray) = asked { keys.store(entry(name), key) }

    override fun destroy(name: KeyName) = asked { keys.destroy(entry(name)) }

    private inline fun <T> asked(work: () -> T): T =
        runCatching(work).getOrElse { throw KeystoreProblem.Unavailable() }

    private fun entry(name: KeyName): KeyEntry = when (name) {
        KeyName.CURRENT -> KeyEntry.CURRENT
        KeyName.NEXT -> KeyEntry.NEXT
    }
}
