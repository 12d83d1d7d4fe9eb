/** A generated OCI image, so that the first look at Shoal needs no registry and no network. */
@NullMarked
package io.shoal.cli.dev.image;

import org.jspecify.annotations.NullMarked;
