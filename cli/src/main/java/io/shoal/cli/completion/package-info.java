/** What shells need to know: {@code shoal completion}. */
@NullMarked
package io.shoal.cli.completion;

import org.jspecify.annotations.NullMarked;
