/** Measurements of the production code on this machine. */
@NullMarked
package io.shoal.cli.bench;

import org.jspecify.annotations.NullMarked;
