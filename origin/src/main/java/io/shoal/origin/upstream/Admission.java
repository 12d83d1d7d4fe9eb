package io.shoal.origin.upstream;

import io.shoal.client.origin.OriginReason;
import io.shoal.core.content.Digest;
import io.shoal.oci.upstream.Reader;
import io.shoal.oci.upstream.ReadingRights;
import io.shoal.oci.upstream.UpstreamException;
import io.shoal.oci.upstream.UpstreamRegistry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Asks upstream whether a client may be told about something, before anything that is here is told
 * to him. Blocks, so it is for virtual threads. Thread-safe.
 */
public final class Admission {

  private final Upstreams upstreams;
  private final ReadingRights rights;

  /** Admission to what is read from these registries. */
  public Admission(Upstreams upstreams, ReadingRights rights) {
    this.upstreams = upstreams;
    this.rights = rights;
  }

  private interface Question {
    void ask(UpstreamRegistry registry) throws UpstreamException;
  }

  /**
   * Lets a reader of a blob pass.
   *
   * @return how long ago upstream has accepted his token
   * @throws OriginFailure if he may not be told, or nobody can say
   */
  public Duration blob(BlobRef ref) throws OriginFailure {
    Optional<KeptRepository> kept = upstreams.kept(ref.repository());
    if (kept.isPresent()) {
      return here(kept.get().hasBlob(ref.digest()), ref.digest(), ref.repository());
    }
    if (upstreams.undelivered().hasBlob(ref.repository(), ref.digest())) {
      return Duration.ZERO;
    }
    Reader reader = ref.repository().reader();
    if (rights.guarded() && !rights.holds(reader, ref.digest())) {
      boolean known = rights.holdsInOutage(reader, ref.digest());
      if (asked(ref.repository(), known, r -> r.headBlob(reader.repository(), ref.digest()))) {
        rights.belongs(reader, ref.digest());
      }
    }
    return age(reader);
  }

  /**
   * Lets a reader of a manifest pass.
   *
   * @param reference a tag or a digest
   * @param accept what the client understands
   * @return how long ago upstream has accepted his token
   * @throws OriginFailure if he may not be told, or nobody can say
   */
  public Duration manifest(RepositoryRef repository, String reference, List<String> accept)
      throws OriginFailure {
    Optional<KeptRepository> kept = upstreams.kept(repository);
    if (kept.isPresent()) {
      return hasManifest(kept.get(), repository, reference);
    }
    Reader reader = repository.reader();
    if (reference.indexOf(':') < 0) {
      // What a tag means was read in its own repository, so only the right to that is to be shown.
      if (!rights.accepted(reader)) {
        boolean known = rights.acceptedInOutage(reader);
        asked(repository, known, r -> r.checkManifest(reader.repository(), reference, accept));
      }
      return age(reader);
    }
    Digest digest = digest(reference);
    if (upstreams.undelivered().hasManifest(repository, digest)) {
      return Duration.ZERO;
    }
    if (rights.guarded() && !rights.holds(reader, digest)) {
      boolean known = rights.holdsInOutage(reader, digest);
      if (asked(repository, known, r -> r.checkManifest(reader.repository(), reference, accept))) {
        rights.belongs(reader, digest);
      }
    }
    return age(reader);
  }

  private static Duration hasManifest(
      KeptRepository kept, RepositoryRef repository, String reference) throws OriginFailure {
    if (reference.indexOf(':') < 0) {
      // A tag means something here or nothing; whoever finds it says which.
      return Duration.ZERO;
    }
    Digest digest = digest(reference);
    return here(kept.hasManifest(digest), digest, repository);
  }

  /** A repository that has no upstream says itself what belongs to it. */
  private static Duration here(boolean member, Digest digest, RepositoryRef repository)
      throws OriginFailure {
    if (!member) {
      throw OriginFailure.of(OriginReason.NOT_FOUND, digest + " is not in " + repository);
    }
    return Duration.ZERO;
  }

  /** A reader was given this manifest of the repository. */
  public void read(RepositoryRef repository, Digest digest, ByteBuffer manifest) {
    if (rights.guarded()) {
      rights.read(repository.reader(), digest, manifest);
    }
  }

  /** Whether upstream has said yes; false if it cannot be asked and what is known must do. */
  private boolean asked(RepositoryRef repository, boolean known, Question question)
      throws OriginFailure {
    try {
      question.ask(upstreams.registry(repository));
      rights.accepted(repository.reader(), Duration.ZERO);
      return true;
    } catch (UpstreamException e) {
      if (e.isOutage() && known) {
        return false;
      }
      if (e.kind() == UpstreamException.Kind.DENIED) {
        rights.refused(repository.reader());
      }
      throw OriginFailure.of(e);
    }
  }

  private Duration age(Reader reader) {
    return rights.age(reader).orElse(Duration.ZERO);
  }

  private static Digest digest(String reference) throws OriginFailure {
    try {
      return Digest.parse(reference);
    } catch (IllegalArgumentException e) {
      throw OriginFailure.of(OriginReason.BAD_REQUEST, String.valueOf(e.getMessage()), e);
    }
  }
}
