/** Asks a server whether it is well. */
@NullMarked
package io.shoal.cli.health;

import org.jspecify.annotations.NullMarked;
