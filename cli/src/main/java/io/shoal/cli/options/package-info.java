/** Options that several commands share: which tracker, which agent, which form of answer. */
@NullMarked
package io.shoal.cli.options;

import org.jspecify.annotations.NullMarked;
