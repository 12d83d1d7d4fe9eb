/** How fast bytes may move. */
@NullMarked
package io.shoal.node.rate;

import org.jspecify.annotations.NullMarked;
