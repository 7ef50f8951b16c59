package org.alongside.shell.desktop

import org.alongside.shell.platform.KeyBox
import org.alongside.shell.platform.KeyEntry
import java.io.File
import java.nio.file.Files
import java.nio.file.StandardCopyOption
import java.nio.file.attribute.PosixFilePermissions

/** Keys in files that only their owner reads. A desktop has no better place; a phone does. */
class FileKeys(private val folder: File) : KeyBox {
    override fun load(entry: KeyEntry): ByteArray? = file(entry).takeIf { it.isFile }?.readBytes()

    override fun store(entry: KeyEntry, key: ByteArray) {
        folder.mkdirs()
        val owner = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        val written = Files.createTempFile(folder.toPath(), "key", ".tmp", owner)
        Files.write(written, key)
        Files.move(written, file(entry).toPath(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING)
    }

    override fun destroy(entry: KeyEntry) {
        file(entry).delete()
    }

    private fun file(entry: KeyEntry) = File(folder, "key-" + entry.name.lowercase())
}
