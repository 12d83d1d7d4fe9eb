/**
 * The server side of the OCI distribution protocol: what a request asks for, and how the answer
 * leaves, whatever stands behind it.
 */
@NullMarked
package io.shoal.oci.registry;

import org.jspecify.annotations.NullMarked;
