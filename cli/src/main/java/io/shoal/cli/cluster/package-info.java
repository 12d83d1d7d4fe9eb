/** Making a cluster: {@code shoal cluster init}. */
@NullMarked
package io.shoal.cli.cluster;

import org.jspecify.annotations.NullMarked;
