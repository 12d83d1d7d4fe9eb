package io.shoal.oci.registry;

import io.shoal.oci.upstream.ClientToken;
import io.shoal.oci.upstream.Reader;
import java.util.Optional;

/**
 * Where content is looked up.
 *
 * @param upstream the registry host by its normal name, e.g. {@code docker.io}; always an allowed
 *     one
 * @param repository path within that registry, e.g. {@code library/nginx}
 * @param token the client's own, if the upstream is one where that decides
 */
public record ContentName(String upstream, String repository, Optional<ClientToken> token) {

  /** Read with no client's token. */
  public ContentName(String upstream, String repository) {
    this(upstream, repository, Optional.empty());
  }

  /** Who reads it. */
  public Reader reader() {
    return new Reader(upstream, repository, token);
  }

  /** What goes to an origin beside the question. */
  public Optional<String> clientToken() {
    return token.map(ClientToken::header);
  }

  @Override
  public String toString() {
    return upstream + "/" + repository;
  }
}
