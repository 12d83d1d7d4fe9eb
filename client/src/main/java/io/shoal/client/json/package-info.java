/** How Shoal's own APIs write the core values in JSON. */
@NullMarked
package io.shoal.client.json;

import org.jspecify.annotations.NullMarked;
