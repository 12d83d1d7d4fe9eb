/** Shoal from outside: the distribution, real container runtimes, a real registry. */
@NullMarked
package io.shoal.e2e;

import org.jspecify.annotations.NullMarked;
