/** The sub-commands that run a server until it is told to stop. */
@NullMarked
package io.shoal.cli.serve;

import org.jspecify.annotations.NullMarked;
