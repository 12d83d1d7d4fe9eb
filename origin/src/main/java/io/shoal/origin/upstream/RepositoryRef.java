package io.shoal.origin.upstream;

/**
 * A repository of a central registry.
 *
 * @param upstream the registry's normal name
 * @param repository path within it
 */
public record RepositoryRef(String upstream, String repository) {

  @Override
  public String toString() {
    return upstream + "/" + repository;
  }
}
