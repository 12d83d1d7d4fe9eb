/** What proves a piece: hash states and the origins' signatures over them. */
@NullMarked
package io.shoal.core.integrity;

import org.jspecify.annotations.NullMarked;
