/** What the JVM can learn before anybody waits for it. */
@NullMarked
package io.shoal.cli.training;

import org.jspecify.annotations.NullMarked;
