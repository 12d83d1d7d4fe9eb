/** A client that pulls an image the way Docker does, and measures what it sees. */
@NullMarked
package io.shoal.cli.pull;

import org.jspecify.annotations.NullMarked;
