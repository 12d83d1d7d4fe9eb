/** Names of images. */
@NullMarked
package io.shoal.core.reference;

import org.jspecify.annotations.NullMarked;
