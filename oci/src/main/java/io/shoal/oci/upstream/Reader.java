package io.shoal.oci.upstream;

import java.util.Optional;

/**
 * Who reads where: what rights are checked for.
 *
 * @param upstream the registry's normal name
 * @param repository path within it
 * @param token the client's, empty for what anybody may read
 */
public record Reader(String upstream, String repository, Optional<ClientToken> token) {

  @Override
  public String toString() {
    return upstream + "/" + repository;
  }
}
