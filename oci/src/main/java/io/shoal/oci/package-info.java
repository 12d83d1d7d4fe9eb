/** The OCI distribution protocol, both sides. */
@NullMarked
package io.shoal.oci;

import org.jspecify.annotations.NullMarked;
