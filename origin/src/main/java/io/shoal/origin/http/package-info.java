/** The origin's HTTP API: blob bytes in front of the framework, everything else behind it. */
@NullMarked
package io.shoal.origin.http;

import org.jspecify.annotations.NullMarked;
