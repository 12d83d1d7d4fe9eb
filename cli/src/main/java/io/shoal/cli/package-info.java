/** The shoal command: starts every server and gives the operator one tool. */
@NullMarked
package io.shoal.cli;

import org.jspecify.annotations.NullMarked;
