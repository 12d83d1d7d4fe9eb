package io.shoal.oci.upstream;

import java.util.List;
import java.util.Optional;

/**
 * A page of upstream's catalog.
 *
 * @param repositories in upstream's order
 * @param last after which name the next page begins; empty if upstream has no more
 */
public record RemoteCatalog(List<String> repositories, Optional<String> last) {

  public RemoteCatalog {
    repositories = List.copyOf(repositories);
  }
}
