/** The registry that stands in for the central one in {@code shoal dev}. */
@NullMarked
package io.shoal.cli.dev.registry;

import org.jspecify.annotations.NullMarked;
