/** The origin's API as its callers see it, and the JSON records both sides share. */
@NullMarked
package io.shoal.client.origin;

import org.jspecify.annotations.NullMarked;
