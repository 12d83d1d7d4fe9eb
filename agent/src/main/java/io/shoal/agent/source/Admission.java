package io.shoal.agent.source;

import io.shoal.client.origin.OriginClient;
import io.shoal.client.origin.OriginException;
import io.shoal.client.origin.OriginReason;
import io.shoal.client.origin.Origins;
import io.shoal.client.origin.RightAnswer;
import io.shoal.core.content.Digest;
import io.shoal.oci.registry.ContentName;
import io.shoal.oci.registry.ManifestContent;
import io.shoal.oci.upstream.Reader;
import io.shoal.oci.upstream.ReadingRights;
import io.shoal.oci.upstream.UpstreamDirectory;
import io.shoal.oci.upstream.UpstreamException;
import io.shoal.oci.upstream.UpstreamRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Finds out whether a client may be told about something before anything that is here is told to
 * him: from what is known, else from an origin, else from upstream itself. Calls block; use virtual
 * threads. Thread-safe.
 */
public final class Admission {

  private final Origins origins;
  private final UpstreamDirectory upstreams;
  private final ReadingRights rights;

  /** Admission to what is read from these registries. */
  public Admission(Origins origins, UpstreamDirectory upstreams, ReadingRights rights) {
    this.origins = origins;
    this.upstreams = upstreams;
    this.rights = rights;
  }

  private interface OfOrigin {
    RightAnswer ask(OriginClient origin) throws IOException;
  }

  private interface OfUpstream {
    void ask(UpstreamRegistry registry) throws UpstreamException;
  }

  /** Whether the client's own token decides about this registry. */
  public boolean relays(String upstream) {
    return rights.relays(upstream);
  }

  /**
   * Lets a reader of a blob pass.
   *
   * @throws OriginException if he may not be told, as an origin says
   * @throws UpstreamException if he may not be told, as upstream says
   * @throws IOException if nobody can say
   */
  public void blob(ContentName name, Digest digest) throws IOException, UpstreamException {
    Reader reader = name.reader();
    if (!rights.guarded() || rights.holds(reader, digest)) {
      return;
    }
    boolean asked =
        asked(
            name,
            digest.toString(),
            rights.holdsInOutage(reader, digest),
            origin -> origin.blobRight(name.upstream(), name.repository(), digest),
            registry -> registry.headBlob(name.repository(), digest));
    if (asked) {
      rights.belongs(reader, digest);
    }
  }

  /**
   * Lets a reader of a manifest pass; fails as {@link #blob} does.
   *
   * @param reference a tag or a digest
   */
  public void manifest(ContentName name, String reference, List<String> accept)
      throws IOException, UpstreamException {
    Reader reader = name.reader();
    if (!rights.guarded()) {
      return;
    }
    // What a tag means was read in its own repository, so only the right to that is to be shown.
    boolean tag = reference.indexOf(':') < 0;
    if (tag ? rights.accepted(reader) : rights.holds(reader, Digest.parse(reference))) {
      return;
    }
    boolean known =
        tag
            ? rights.acceptedInOutage(reader)
            : rights.holdsInOutage(reader, Digest.parse(reference));
    boolean asked =
        asked(
            name,
            name.toString(),
            known,
            origin -> origin.manifestRight(name.upstream(), name.repository(), reference, accept),
            registry -> registry.checkManifest(name.repository(), reference, accept));
    if (asked && !tag) {
      rights.belongs(reader, Digest.parse(reference));
    }
  }

  /** A reader was given this manifest. */
  public void read(ContentName name, ManifestContent manifest) {
    if (rights.guarded()) {
      rights.read(name.reader(), manifest.digest(), manifest.content());
    }
  }

  /** Whether somebody has said yes; false if nobody can be asked and what is known must do. */
  private boolean asked(
      ContentName name, String key, boolean known, OfOrigin ofOrigin, OfUpstream ofUpstream)
      throws IOException, UpstreamException {
    Duration age;
    try {
      age = origins.ask(key, origin -> ofOrigin.ask(origin.as(name.clientToken()))).age();
    } catch (OriginException e) {
      if (e.status() >= 500) {
        return askedUpstream(name, known, ofUpstream, e);
      }
      if (e.reason() == OriginReason.RATE_LIMITED && known) {
        return false;
      }
      if (e.reason() == OriginReason.DENIED) {
        rights.refused(name.reader());
      }
      throw e;
    } catch (IOException e) {
      return askedUpstream(name, known, ofUpstream, e);
    }
    rights.accepted(name.reader(), age);
    return true;
  }

  private boolean askedUpstream(
      ContentName name, boolean known, OfUpstream question, IOException why)
      throws IOException, UpstreamException {
    try {
      question.ask(upstreams.registry(name.reader()).orElseThrow(() -> why));
      rights.accepted(name.reader(), Duration.ZERO);
      return true;
    } catch (UpstreamException e) {
      if (e.isOutage() && known) {
        return false;
      }
      if (e.isOutage() && relays(name.upstream())) {
        throw new IOException("nobody can say who may read " + name + ": " + e.getMessage(), e);
      }
      if (e.kind() == UpstreamException.Kind.DENIED) {
        rights.refused(name.reader());
      }
      throw e;
    }
  }
}
