/** Values and small algorithms that every part shares: digests, references, metainfo, bitfields. */
@NullMarked
package io.shoal.core;

import org.jspecify.annotations.NullMarked;
