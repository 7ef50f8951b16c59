// What a shell gives to the core, for tests: good, faulty, slow, and calling back.
package org.alongside.core

/** A keystore in memory. */
open class KeyInMemory(key: ByteArray? = null) : Keystore {
    val keys = mutableMapOf<KeyName, ByteArray>().apply { key?.let { put(KeyName.CURRENT, it) } }

    override fun load(name: KeyName) = keys[name]

    override fun store(name: KeyName, key: ByteArray) {
        keys[name] = key
    }

    override fun destroy(name: KeyName) {
        keys.remove(name)
    }
}

/** A keystore that ends each call with this. */
class FailingKeystore(private val how: () -> Throwable) : Keystore {
    override fun load(name: KeyName): ByteArray? = throw how()
    override fun store(name: KeyName, key: ByteArray): Unit = throw how()
    override fun destroy(name: KeyName): Unit = throw how()
}

/** The machine's clocks, after this was done. */
class ClockThat(private val first: () -> Unit) : Clock {
    override fun wallMs(): Long {
        first()
        return System.currentTimeMillis()
    }

    override fun monotonicMs(): ULong {
        first()
        return (System.nanoTime() / 1_000_000).toULong()
    }

    override fun boot() = 7UL
}

/** A clock that stands still until a test moves it. */
class HandClock : Clock {
    @Volatile
    var ms = 0UL
    private val wall = System.currentTimeMillis()

    override fun wallMs() = wall + ms.toLong()
    override fun monotonicMs() = ms
    override fun boot() = 7UL
}
