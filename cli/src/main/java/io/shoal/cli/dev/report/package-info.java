/** What {@code shoal dev} says: progress while it works, and the result in words and as JSON. */
@NullMarked
package io.shoal.cli.dev.report;

import org.jspecify.annotations.NullMarked;
