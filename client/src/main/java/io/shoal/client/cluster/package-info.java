/** Who belongs to the cluster: the shared secret, the origins' keys, the servers' certificate. */
@NullMarked
package io.shoal.client.cluster;

import org.jspecify.annotations.NullMarked;
