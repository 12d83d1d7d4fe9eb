/** What was pushed here and goes on to its registry later: a queue that outlives the process. */
@NullMarked
package io.shoal.origin.delivery;

import org.jspecify.annotations.NullMarked;
