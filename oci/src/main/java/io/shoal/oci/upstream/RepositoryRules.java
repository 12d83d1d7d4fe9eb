package io.shoal.oci.upstream;

import java.util.Optional;

/**
 * Which repositories of a registry may be read, and what they are called there.
 *
 * @param allow all if empty
 * @param deny wins over allow
 * @param prefix stands before every name at the registry, ends with a slash; or is empty
 */
record RepositoryRules(Globs allow, Globs deny, String prefix) {

  static RepositoryRules of(UpstreamConfig settings) {
    return new RepositoryRules(
        new Globs(settings.allow()),
        new Globs(settings.deny()),
        settings.rewrite().map(rewrite -> rewrite + "/").orElse(""));
  }

  boolean allows(String repository) {
    return (allow.isEmpty() || allow.match(repository)) && !deny.match(repository);
  }

  /** The registry's name for a repository. */
  String there(String repository) {
    return prefix + repository;
  }

  /** Our name for one of the registry's repositories, if it can be read here. */
  Optional<String> here(String there) {
    return Optional.of(there)
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()))
        .filter(this::allows);
  }
}
