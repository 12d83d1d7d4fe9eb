/** The client side of the OCI distribution protocol: reading from the central registries. */
@NullMarked
package io.shoal.oci.upstream;

import org.jspecify.annotations.NullMarked;
