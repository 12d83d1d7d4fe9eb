package io.shoal.oci.registry;

import java.util.List;
import java.util.Optional;

/**
 * A page of a catalog.
 *
 * @param repositories in lexical order, at most as many as were asked for
 * @param last after which name the next page begins; empty if there is none
 */
public record RepositoryPage(List<String> repositories, Optional<String> last) {

  public RepositoryPage {
    repositories = List.copyOf(repositories);
  }
}
