package io.shoal.origin.upstream;

import io.shoal.client.origin.OriginReason;
import io.shoal.core.reference.ImageReference;
import io.shoal.oci.upstream.ClientToken;
import io.shoal.oci.upstream.UpstreamDirectory;
import io.shoal.oci.upstream.UpstreamRegistry;
import java.util.Optional;

/** Finds the central registry a caller names, if this origin may ask it. */
public final class Upstreams {

  private final UpstreamDirectory directory;
  private final Optional<KeptRepositories> kept;
  private final Undelivered undelivered;

  /** The registries of this directory. */
  public Upstreams(UpstreamDirectory directory) {
    this(directory, Optional.empty(), Undelivered.nothing());
  }

  /**
   * The registries of this directory, except for those that are kept here.
   *
   * @param undelivered what was pushed to others of them, and is not there yet
   */
  public Upstreams(
      UpstreamDirectory directory, Optional<KeptRepositories> kept, Undelivered undelivered) {
    this.directory = directory;
    this.kept = kept;
    this.undelivered = undelivered;
  }

  /** What was pushed here and is not at its registry yet. */
  public Undelivered undelivered() {
    return undelivered;
  }

  /** The repository if it has no upstream but is kept here. */
  public Optional<KeptRepository> kept(RepositoryRef ref) {
    return kept.flatMap(all -> all.find(ref));
  }

  /**
   * Brings names into the form under which things are kept.
   *
   * @throws OriginFailure if they are no names, or the registry is not an allowed one
   */
  public RepositoryRef repository(String upstream, String repository) throws OriginFailure {
    if (!ImageReference.isHost(upstream)) {
      throw OriginFailure.of(OriginReason.BAD_REQUEST, "not a registry: '" + upstream + "'");
    }
    if (!directory.names().allows(upstream)) {
      throw OriginFailure.of(
          OriginReason.DENIED,
          upstream + " is not among the registries this origin reads (upstreams.allow)");
    }
    if (!ImageReference.isRepository(repository)) {
      throw OriginFailure.of(OriginReason.BAD_REQUEST, "not a repository: '" + repository + "'");
    }
    String host = ImageReference.normalHost(upstream);
    RepositoryRef ref = new RepositoryRef(host, ImageReference.normalRepository(host, repository));
    if (!directory.names().allows(host, ref.repository())) {
      throw OriginFailure.of(
          OriginReason.DENIED, ref + " is not among the repositories this origin reads");
    }
    return ref;
  }

  /**
   * The same for a client, whose token is taken along where it decides, and nowhere else.
   *
   * @param authorization his Authorization header, empty if he sent none
   */
  public RepositoryRef repository(String upstream, String repository, String authorization)
      throws OriginFailure {
    RepositoryRef ref = repository(upstream, repository);
    return directory.names().isRelay(ref.upstream())
        ? new RepositoryRef(ref.upstream(), ref.repository(), ClientToken.ofHeader(authorization))
        : ref;
  }

  /** The registry of this repository, asked with the token of whoever reads it. */
  public UpstreamRegistry registry(RepositoryRef ref) throws OriginFailure {
    return directory.registry(ref.reader()).orElseThrow(() -> notAllowed(ref.upstream()));
  }

  /** Whether the repositories of this registry may be listed. */
  public boolean hasCatalog(String upstream) {
    return directory.names().hasCatalog(upstream);
  }

  /** The registry of this name. */
  public UpstreamRegistry registry(String upstream) throws OriginFailure {
    return directory.registry(upstream).orElseThrow(() -> notAllowed(upstream));
  }

  private static OriginFailure notAllowed(String upstream) {
    return OriginFailure.of(OriginReason.DENIED, upstream + " is not allowed");
  }
}
