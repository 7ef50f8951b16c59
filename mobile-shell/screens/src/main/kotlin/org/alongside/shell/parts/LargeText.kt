package org.alongside.shell.parts

import androidx.compose.runtime.Composable
import androidx.compose.runtime.ReadOnlyComposable
import androidx.compose.ui.platform.LocalDensity

/** Whether the phone's text is so large that what stands around a page must be shorter. */
val isLargeText: Boolean
    @Composable @ReadOnlyComposable get() = LocalDensity.current.fontScale > LARGE

private const val LARGE = 1.4f
