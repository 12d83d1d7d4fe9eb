package io.shoal.oci.upstream;

import java.net.UnknownHostException;

/** A host is not dialled because it is inside, and nobody has said that it may be. */
final class PrivateAddressException extends UnknownHostException {

  private static final long serialVersionUID = 1L;

  PrivateAddressException(String host) {
    super(
        host
            + " has a private address and is not dialled;"
            + " see upstreams.registries.privateHosts if it should be");
  }
}
