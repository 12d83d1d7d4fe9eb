package io.shoal.origin.push;

import io.shoal.core.content.Digest;
import io.shoal.oci.push.PushedManifest;
import io.shoal.oci.registry.RegistryErrorCode;
import io.shoal.oci.registry.RegistryException;
import io.shoal.oci.upstream.UpstreamException;
import io.shoal.oci.upstream.UpstreamWriter;
import io.shoal.origin.delivery.Deliveries;
import io.shoal.origin.delivery.Delivery;
import io.shoal.origin.upstream.Pins;
import io.shoal.origin.upstream.RepositoryRef;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Mode back: the client hears that something was taken when it is on this origin's disk. */
final class SentBack implements Destination {

  private final SentOn sentOn;
  private final Deliveries deliveries;
  private final Pins pins;
  private final Destination atOnce;

  /**
   * @param atOnce deletes what is at the registry already
   */
  SentBack(SentOn sentOn, Deliveries deliveries, Pins pins, Destination atOnce) {
    this.sentOn = sentOn;
    this.deliveries = deliveries;
    this.pins = pins;
    this.atOnce = atOnce;
  }

  private void add(List<Delivery> more) throws IOException, RegistryException {
    if (!deliveries.add(more)) {
      throw RegistryException.withStatus(
          503,
          RegistryErrorCode.UNAVAILABLE,
          "too much waits for its registry here (push.maxWaiting)");
    }
  }

  @Override
  public boolean mount(RepositoryRef repository, RepositoryRef from, Digest digest)
      throws IOException, RegistryException {
    try (Pins.Hold _ = pins.hold(digest)) {
      boolean here =
          deliveries.hasBlob(from, digest)
              || (sentOn.mayBeTakenAsThere(digest) && registryHas(from, digest));
      if (here) {
        add(List.of(blob(repository, digest, Optional.of(from.repository()))));
      }
      return here;
    }
  }

  /** While the registry cannot be asked, the client sends the blob to us once more. */
  private boolean registryHas(RepositoryRef repository, Digest digest) {
    try {
      return sentOn.sender().registry(repository).hasBlob(repository.repository(), digest);
    } catch (UpstreamException e) {
      return false;
    }
  }

  private Delivery blob(RepositoryRef repository, Digest digest, Optional<String> from) {
    return Delivery.blob(repository, digest, from, sentOn.nowMillis());
  }

  @Override
  public void blob(RepositoryRef repository, Digest digest) throws IOException, RegistryException {
    if (!deliveries.hasBlob(repository, digest)) {
      add(List.of(blob(repository, digest, Optional.empty())));
    }
  }

  /** No subject is ever promised: whether the registry lists it is not known yet. */
  @Override
  public Optional<Digest> manifest(
      RepositoryRef repository, Optional<String> tag, PushedManifest manifest)
      throws IOException, RegistryException {
    UpstreamWriter registry = sentOn.sender().registry(repository);
    for (Digest part : manifest.manifests()) {
      if (!deliveries.hasManifest(repository, part)
          && !has(() -> registry.hasManifest(repository.repository(), part))) {
        throw OriginPush.missing("manifest " + part, repository);
      }
    }
    for (Digest blob : manifest.blobs()) {
      if (!takenOn(repository, blob)
          && !has(() -> registry.hasBlob(repository.repository(), blob))) {
        throw OriginPush.missing("blob " + blob, repository);
      }
    }
    List<Digest> needs = new ArrayList<>(manifest.blobs());
    needs.addAll(manifest.manifests());
    try (Pins.Hold _ = pins.hold(manifest.digest())) {
      sentOn.keep(repository, Optional.empty(), manifest);
      add(
          List.of(
              Delivery.manifest(repository, manifest.digest(), tag, needs, sentOn.nowMillis())));
    }
    sentOn.keep(repository, tag, manifest);
    return Optional.empty();
  }

  /** Whether the blob is on its way there, maybe from now on. */
  private boolean takenOn(RepositoryRef repository, Digest blob)
      throws IOException, RegistryException {
    if (deliveries.hasBlob(repository, blob)) {
      return true;
    }
    try (Pins.Hold _ = pins.hold(blob)) {
      boolean here = sentOn.mayBeTakenAsThere(blob);
      if (here) {
        add(List.of(blob(repository, blob, Optional.empty())));
      }
      return here;
    }
  }

  private interface Question {
    boolean ask() throws UpstreamException;
  }

  private static boolean has(Question question) throws RegistryException {
    try {
      return question.ask();
    } catch (UpstreamException e) {
      throw SentOn.refused(e, RegistryErrorCode.MANIFEST_INVALID);
    }
  }

  private interface Deletion {
    boolean make() throws IOException, RegistryException;
  }

  /** What was taken back is gone, though its registry never had it. */
  private static boolean gone(Deliveries.Withdrawal withdrawal, Deletion atRegistry)
      throws IOException, RegistryException {
    return switch (withdrawal) {
      case NOT_NOW ->
          throw RegistryException.withStatus(
              503,
              RegistryErrorCode.UNAVAILABLE,
              "it is on its way to its registry, or something that needs it is: try again");
      case UNKNOWN -> atRegistry.make();
      case DONE -> {
        atRegistry.make();
        yield true;
      }
    };
  }

  @Override
  public boolean deleteTag(RepositoryRef repository, String tag)
      throws IOException, RegistryException {
    return gone(deliveries.withdrawTag(repository, tag), () -> atOnce.deleteTag(repository, tag));
  }

  @Override
  public boolean deleteManifest(RepositoryRef repository, Digest digest)
      throws IOException, RegistryException {
    return gone(
        deliveries.withdrawManifest(repository, digest),
        () -> atOnce.deleteManifest(repository, digest));
  }

  @Override
  public boolean deleteBlob(RepositoryRef repository, Digest digest)
      throws IOException, RegistryException {
    return gone(
        deliveries.withdrawBlob(repository, digest), () -> atOnce.deleteBlob(repository, digest));
  }
}
