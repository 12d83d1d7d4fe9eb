/**
 * Push and content management of the OCI distribution protocol: what a request asks for and whether
 * it makes sense, whatever keeps the content.
 */
@NullMarked
package io.shoal.oci.push;

import org.jspecify.annotations.NullMarked;
