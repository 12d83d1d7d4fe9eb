package io.shoal.oci.upstream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBufInputStream;
import io.netty.buffer.Unpooled;
import io.shoal.core.content.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Who may be told about content that is here already. As soon as one registry is in mode relay, a
 * digest alone opens nothing, whichever registry it is asked under, for the bytes behind it may be
 * somebody's private ones. What is needed is
 *
 * <ul>
 *   <li>that the digest is known to belong to that registry and repository, and
 *   <li>in mode relay also that the registry has accepted this very token for that repository a
 *       short while ago.
 * </ul>
 *
 * <p>Tokens are remembered as hashes only. What is forgotten is asked again, so all of this is
 * bounded. Thread-safe.
 */
public final class ReadingRights {

  private static final int MAX_PROOFS = 10_000;
  private static final int MAX_MEMBERS = 50_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Member(String upstream, String repository, Digest digest) {}

  private final UpstreamNames names;
  private final AuthConfig settings;
  private final LongSupplier nanoClock;

  /** When a token was accepted, in nanoseconds of the clock. */
  private final Map<Digest, Long> acceptedAt = bounded(MAX_PROOFS);

  private final Map<Member, Boolean> members = bounded(MAX_MEMBERS);

  /** Rights at these registries. */
  public ReadingRights(UpstreamNames names, AuthConfig settings, LongSupplier nanoClock) {
    this.names = names;
    this.settings = settings;
    this.nanoClock = nanoClock;
  }

  private static <K, V> Map<K, V> bounded(int most) {
    return new LinkedHashMap<>(16, 0.75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > most;
      }
    };
  }

  /** Whether anything has to be checked at all: without a registry in mode relay nothing has. */
  public boolean guarded() {
    return names.anyRelay();
  }

  /** Whether the client's token decides about this registry. */
  public boolean relays(String upstream) {
    return names.isRelay(upstream);
  }

  /** Whether the reader may be told about this content without asking anybody. */
  public boolean holds(Reader reader, Digest digest) {
    return accepted(reader) && isMember(reader, digest);
  }

  /** The same while upstream cannot be asked. */
  public boolean holdsInOutage(Reader reader, Digest digest) {
    return acceptedInOutage(reader) && isMember(reader, digest);
  }

  /** Whether the reader's token has been accepted for the repository just now. */
  public boolean accepted(Reader reader) {
    return within(reader, settings.proofTtl());
  }

  /** The same while upstream cannot be asked. */
  public boolean acceptedInOutage(Reader reader) {
    return within(reader, settings.graceDuringOutage());
  }

  /** How long ago the reader's token was accepted; empty if that is not known. */
  public synchronized Optional<Duration> age(Reader reader) {
    return Optional.ofNullable(acceptedAt.get(key(reader)))
        .map(then -> Duration.ofNanos(Math.max(0, nanoClock.getAsLong() - then)));
  }

  private boolean within(Reader reader, Duration limit) {
    return !relays(reader.upstream())
        || age(reader).filter(age -> age.compareTo(limit) < 0).isPresent();
  }

  private synchronized boolean isMember(Reader reader, Digest digest) {
    return members.containsKey(new Member(reader.upstream(), reader.repository(), digest));
  }

  /** The registry has accepted the reader's token for the repository, so long ago. */
  public synchronized void accepted(Reader reader, Duration age) {
    if (relays(reader.upstream())) {
      long then = nanoClock.getAsLong() - age.toNanos();
      acceptedAt.merge(key(reader), then, (a, b) -> a - b > 0 ? a : b);
    }
  }

  /** The registry does not accept the reader's token, or no longer. */
  public synchronized void refused(Reader reader) {
    acceptedAt.remove(key(reader));
  }

  /** The registry has this content in the repository. */
  public synchronized void belongs(Reader reader, Digest digest) {
    members.put(new Member(reader.upstream(), reader.repository(), digest), true);
  }

  /**
   * A manifest of the repository was read: what it is made of is in the repository, too. What a
   * registry accepts a manifest without is not taken as proven by it: its subject, manifests of an
   * index, and layers that lie elsewhere. Otherwise anybody could name a stranger's content in a
   * manifest of his own.
   */
  public void read(Reader reader, Digest digest, ByteBuffer manifest) {
    belongs(reader, digest);
    try (InputStream in = new ByteBufInputStream(Unpooled.wrappedBuffer(manifest))) {
      JsonNode content = JSON.readTree(in);
      part(reader, content.path("config"));
      content.path("layers").forEach(layer -> part(reader, layer));
    } catch (IOException e) {
      // It is no JSON, so it names nothing.
    }
  }

  private void part(Reader reader, JsonNode descriptor) {
    if (descriptor.has("urls")) {
      return;
    }
    try {
      belongs(reader, Digest.parse(descriptor.path("digest").asText()));
    } catch (IllegalArgumentException e) {
      // Not a digest: it names nothing.
    }
  }

  /** The names cannot contain the separator, so no two readers have the same key. */
  private static Digest key(Reader reader) {
    String token = reader.token().map(ClientToken::header).orElse("");
    return Digest.sha256Of(
        (reader.upstream() + "\n" + reader.repository() + "\n" + token)
            .getBytes(StandardCharsets.UTF_8));
  }
}
