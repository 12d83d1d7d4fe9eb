package io.shoal.client.origin;

import java.util.List;
import java.util.Optional;

/**
 * A page of the repositories of an upstream.
 *
 * @param repositories in lexical order
 * @param last after which name the next page begins; empty if there is none
 */
public record RepositoryList(List<String> repositories, Optional<String> last) {

  public RepositoryList {
    repositories = List.copyOf(repositories);
  }
}
