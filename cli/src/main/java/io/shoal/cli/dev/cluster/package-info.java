/** The processes of {@code shoal dev}: their configuration, their order, what they count. */
@NullMarked
package io.shoal.cli.dev.cluster;

import org.jspecify.annotations.NullMarked;
