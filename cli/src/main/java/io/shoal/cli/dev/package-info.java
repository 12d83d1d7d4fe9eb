/** The one-command cluster on this machine: {@code shoal dev}. */
@NullMarked
package io.shoal.cli.dev;

import org.jspecify.annotations.NullMarked;
