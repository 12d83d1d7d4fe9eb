/**
 * A second, independent reading of Shoal's wire protocol over plain sockets, for peers that do not
 * keep to it. It shares no code with the programs under test.
 */
@NullMarked
package io.shoal.e2e.wire;

import org.jspecify.annotations.NullMarked;
