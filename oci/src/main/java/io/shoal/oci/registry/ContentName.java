package io.shoal.oci.registry;

/**
 * Where content is looked up.
 *
 * @param upstream the registry host by its normal name, e.g. {@code docker.io}; always an allowed
 *     one
 * @param repository path within that registry, e.g. {@code library/nginx}
 */
public record ContentName(String upstream, String repository) {

  @Override
  public String toString() {
    return upstream + "/" + repository;
  }
}
