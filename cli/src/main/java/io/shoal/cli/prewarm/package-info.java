/** Pulls before they are needed: {@code shoal prewarm}. */
@NullMarked
package io.shoal.cli.prewarm;

import org.jspecify.annotations.NullMarked;
