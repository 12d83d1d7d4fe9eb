package io.shoal.origin.upstream;

import io.shoal.oci.upstream.ClientToken;
import io.shoal.oci.upstream.Reader;
import java.util.Optional;

/**
 * A repository of a central registry.
 *
 * @param upstream the registry's normal name
 * @param repository path within it
 * @param token the client's own, if the registry is one where that decides
 */
public record RepositoryRef(String upstream, String repository, Optional<ClientToken> token) {

  /** Read with no client's token. */
  public RepositoryRef(String upstream, String repository) {
    this(upstream, repository, Optional.empty());
  }

  /** Who reads it. */
  public Reader reader() {
    return new Reader(upstream, repository, token);
  }

  /** The repository, whoever reads it. */
  public RepositoryRef forAnybody() {
    return new RepositoryRef(upstream, repository);
  }

  @Override
  public String toString() {
    return upstream + "/" + repository;
  }
}
