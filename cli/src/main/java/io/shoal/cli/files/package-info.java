/** Directories that come and go. */
@NullMarked
package io.shoal.cli.files;

import org.jspecify.annotations.NullMarked;
