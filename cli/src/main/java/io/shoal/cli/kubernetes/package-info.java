/** What the hooks of the Helm chart do inside a cluster. */
@NullMarked
package io.shoal.cli.kubernetes;

import org.jspecify.annotations.NullMarked;
