/** {@code shoal bench serve}: what it costs to hand a complete blob to its readers. */
@NullMarked
package io.shoal.cli.bench.serve;

import org.jspecify.annotations.NullMarked;
