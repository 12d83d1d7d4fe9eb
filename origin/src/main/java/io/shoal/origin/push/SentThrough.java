package io.shoal.origin.push;

import io.shoal.core.content.Digest;
import io.shoal.oci.push.PushedManifest;
import io.shoal.oci.registry.RegistryErrorCode;
import io.shoal.oci.registry.RegistryException;
import io.shoal.oci.upstream.UpstreamException;
import io.shoal.oci.upstream.UpstreamWriter;
import io.shoal.origin.upstream.Pins;
import io.shoal.origin.upstream.RepositoryRef;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Mode through: the client hears that something was taken when its registry has it. */
final class SentThrough implements Destination {

  private static final int ATTEMPTS = 3;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);

  /** A client does not wait for more. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final SentOn sentOn;
  private final Pins pins;

  SentThrough(SentOn sentOn, Pins pins) {
    this.sentOn = sentOn;
    this.pins = pins;
  }

  private interface Attempt<T> {
    T make() throws UpstreamException, IOException, RegistryException;
  }

  /** Tries again what failed by accident, for a short while. */
  private static <T> T patiently(RegistryErrorCode invalid, Attempt<T> attempt)
      throws IOException, RegistryException, InterruptedException {
    Duration pause = FIRST_PAUSE;
    for (int left = ATTEMPTS - 1; ; left--) {
      try {
        return attempt.make();
      } catch (UpstreamException e) {
        Duration wanted = e.retryAfter().orElse(pause);
        if (left == 0 || !e.isOutage() || wanted.compareTo(LONGEST_PAUSE) > 0) {
          throw SentOn.refused(e, invalid);
        }
        Thread.sleep(wanted);
        pause = pause.multipliedBy(2);
      }
    }
  }

  @Override
  public boolean mount(RepositoryRef repository, RepositoryRef from, Digest digest)
      throws IOException, RegistryException, InterruptedException {
    UpstreamWriter registry = sentOn.sender().registry(repository);
    return patiently(
        RegistryErrorCode.BLOB_UPLOAD_INVALID,
        () -> registry.mount(repository.repository(), from.repository(), digest));
  }

  @Override
  public void blob(RepositoryRef repository, Digest digest)
      throws IOException, RegistryException, InterruptedException {
    patiently(
        RegistryErrorCode.BLOB_UPLOAD_INVALID,
        () -> {
          sentOn.sender().blob(repository, digest, Optional.empty());
          return digest;
        });
  }

  @Override
  public Optional<Digest> manifest(
      RepositoryRef repository, Optional<String> tag, PushedManifest manifest)
      throws IOException, RegistryException, InterruptedException {
    for (Digest blob : manifest.blobs()) {
      if (sentOn.mayBeTakenAsThere(blob)) {
        blob(repository, blob);
      } else if (!patiently(RegistryErrorCode.MANIFEST_INVALID, () -> has(repository, blob))) {
        throw OriginPush.missing("blob " + blob, repository);
      }
    }
    try (Pins.Hold _ = pins.hold(manifest.digest())) {
      sentOn.keep(repository, Optional.empty(), manifest);
      Optional<Digest> subject =
          patiently(
              RegistryErrorCode.MANIFEST_INVALID,
              () -> sentOn.sender().manifest(repository, manifest.digest(), tag));
      sentOn.keep(repository, tag, manifest);
      return subject;
    }
  }

  private boolean has(RepositoryRef repository, Digest blob) throws UpstreamException {
    return sentOn.sender().registry(repository).hasBlob(repository.repository(), blob);
  }

  @Override
  public boolean deleteTag(RepositoryRef repository, String tag) throws RegistryException {
    UpstreamWriter registry = sentOn.sender().registry(repository);
    return SentOn.deleted(() -> registry.deleteManifest(repository.repository(), tag));
  }

  @Override
  public boolean deleteManifest(RepositoryRef repository, Digest digest) throws RegistryException {
    UpstreamWriter registry = sentOn.sender().registry(repository);
    return SentOn.deleted(
        () -> registry.deleteManifest(repository.repository(), digest.toString()));
  }

  @Override
  public boolean deleteBlob(RepositoryRef repository, Digest digest) throws RegistryException {
    UpstreamWriter registry = sentOn.sender().registry(repository);
    return SentOn.deleted(() -> registry.deleteBlob(repository.repository(), digest));
  }
}
