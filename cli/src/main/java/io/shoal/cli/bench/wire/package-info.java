/** What it costs to move a blob between two processes, step by step. */
@NullMarked
package io.shoal.cli.bench.wire;

import org.jspecify.annotations.NullMarked;
