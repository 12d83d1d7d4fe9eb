/** The long-lived stream between a peer and its tracker. */
@NullMarked
package io.shoal.client.tracker;

import org.jspecify.annotations.NullMarked;
