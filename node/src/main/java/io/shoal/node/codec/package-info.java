/** Binary forms that the wire and the disk share. */
@NullMarked
package io.shoal.node.codec;

import org.jspecify.annotations.NullMarked;
