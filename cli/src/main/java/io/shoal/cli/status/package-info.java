/** What the fleet does right now: {@code shoal status}. */
@NullMarked
package io.shoal.cli.status;

import org.jspecify.annotations.NullMarked;
