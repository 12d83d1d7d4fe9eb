/** The Helm chart, rendered by Helm's own code and held against what it must say. */
@NullMarked
package io.shoal.helm;

import org.jspecify.annotations.NullMarked;
