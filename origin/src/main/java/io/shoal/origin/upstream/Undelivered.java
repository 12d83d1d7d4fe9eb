package io.shoal.origin.upstream;

import io.shoal.core.content.Digest;
import java.util.Optional;

/**
 * What was pushed here and is still on its way to its registry, which therefore cannot be asked
 * about it. Thread-safe.
 */
public interface Undelivered {

  /** Whether this blob is on its way to the repository. */
  boolean hasBlob(RepositoryRef repository, Digest digest);

  /** Whether this manifest is on its way to the repository. */
  boolean hasManifest(RepositoryRef repository, Digest digest);

  /** What a tag will name there, if that is on its way. */
  Optional<Digest> tag(RepositoryRef repository, String tag);

  /**
   * Whether pushes to this repository are taken while its registry cannot be reached. Clients ask
   * first whether a blob is there, so for them it is not rather than unknown.
   */
  boolean accepts(RepositoryRef repository);

  /** Nothing ever is. */
  static Undelivered nothing() {
    return new Undelivered() {
      @Override
      public boolean hasBlob(RepositoryRef repository, Digest digest) {
        return false;
      }

      @Override
      public boolean hasManifest(RepositoryRef repository, Digest digest) {
        return false;
      }

      @Override
      public Optional<Digest> tag(RepositoryRef repository, String tag) {
        return Optional.empty();
      }

      @Override
      public boolean accepts(RepositoryRef repository) {
        return false;
      }
    };
  }
}
