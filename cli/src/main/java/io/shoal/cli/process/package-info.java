/** Child processes: starting them, knowing when they are ready, and leaving none behind. */
@NullMarked
package io.shoal.cli.process;

import org.jspecify.annotations.NullMarked;
