/** The simulator's commands: one run, many runs, and the tables of docs/swarm.md. */
@NullMarked
package io.shoal.cli.simulate;

import org.jspecify.annotations.NullMarked;
