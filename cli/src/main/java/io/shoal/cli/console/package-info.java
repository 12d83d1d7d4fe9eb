/**
 * What every command shares when it talks to a person: tables, colours, errors that say what to do.
 */
@NullMarked
package io.shoal.cli.console;

import org.jspecify.annotations.NullMarked;
