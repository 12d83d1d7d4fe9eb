/** Finds out what is wrong on a node: {@code shoal doctor}. */
@NullMarked
package io.shoal.cli.doctor;

import org.jspecify.annotations.NullMarked;
