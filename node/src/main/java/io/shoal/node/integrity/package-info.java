/** One hash pass in any order: pieces are checked by the states of the blob's own hash. */
@NullMarked
package io.shoal.node.integrity;

import org.jspecify.annotations.NullMarked;
